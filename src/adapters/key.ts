/** A key as part of a file name or a header: nothing but letters, digits, `_`, `-` and `.`, never a leading dot. */
export function safeKey(key: string): string {
  const safe = key.replace(/[^\w.-]/g, (char) => `=${char.codePointAt(0)?.toString(16)}`).replace(/^\./, '=2e')
  if (safe.length === 0 || safe.length > 200) throw new RangeError(`a key of ${key.length} characters`)
  return safe
}
