import type { Json } from '../values/json.ts'

/** How much an edit changed: the share of the words that went or came (0 to 1), and how many words are new. */
export interface EditSize {
  readonly changed: number
  readonly typed: number
}

/**
 * Compares two contents by their words, each counted as often as it stands there, whatever the order: a paragraph that only moved is
 * no work worth speaking of. Linear in the length of both.
 */
export function editSize(before: Json, after: Json): EditSize {
  const left = new Map<string, number>()
  const [was, is] = [wordsOf(before), wordsOf(after)]
  for (const word of was) left.set(word, (left.get(word) ?? 0) + 1)
  let kept = 0
  for (const word of is) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    left.set(word, count - 1)
    kept += 1
  }
  const most = Math.max(was.length, is.length)
  return { changed: most === 0 ? 0 : 1 - kept / most, typed: is.length - kept }
}

function wordsOf(value: Json): string[] {
  if (typeof value === 'string') return value.split(/\s+/).filter((word) => word !== '')
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.values(value).flatMap((member) => wordsOf(member as Json))
}
