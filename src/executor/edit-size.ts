import { keptWords } from '../memory/kept-words.ts'
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
  const [was, is] = [wordsOf(before), wordsOf(after)]
  const kept = keptWords(was, is)
  const most = Math.max(was.length, is.length)
  return { changed: most === 0 ? 0 : 1 - kept / most, typed: is.length - kept }
}

function wordsOf(value: Json): string[] {
  if (typeof value === 'string') return value.split(/\s+/).filter((word) => word !== '')
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.values(value).flatMap((member) => wordsOf(member as Json))
}
