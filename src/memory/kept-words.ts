/** How many words of one text stand in another too, each counted as often as it stands there, whatever the order. Linear in both. */
export function keptWords(before: readonly string[], after: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of before) left.set(word, (left.get(word) ?? 0) + 1)
  let kept = 0
  for (const word of after) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    left.set(word, count - 1)
    kept += 1
  }
  return kept
}
