/**
 * A list for `in (…)`, filled up to the next power of two with its last item: each length makes another SQL text, which would
 * be compiled and kept once more. For at most 1024 items, as SQLite takes some 32 000 values.
 */
export function padded<T>(list: readonly T[]): T[] {
  const last = list.at(-1)
  if (last === undefined) throw new RangeError('an empty list asks for nothing: do not ask')
  if (list.length > 1024) throw new RangeError(`a list of ${list.length} is too long for one query`)
  const length = 2 ** Math.ceil(Math.log2(list.length))
  return [...list, ...Array.from<T>({ length: length - list.length }).fill(last)]
}
