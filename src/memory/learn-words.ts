import { seconds } from '../values/time.ts'
import { type Asking, embed } from './embedder.ts'
import type { Passages } from './passage.ts'
import { isAsking, isCommon, wordsOf } from './word.ts'

// With a small model in the process 200 ms of work.
const madeAtOnce = 32
// Their words are looked up in one query.
const readAtOnce = 100
// Nobody waits for it.
const longest = seconds(60)

/** True of a word that has a meaning of its own: letters only, and no name of nothing. */
export function isMeaning(word: string): boolean {
  return /^\p{L}{3,30}$/u.test(word) && !isCommon(word) && !isAsking(word)
}

/**
 * Makes vectors of the next few words that passages have and nobody has looked at. Gives how many it made, and whether there is nothing left.
 * `mask` takes secrets out of texts: a word of one is none. Fault: `embedder.failed`.
 */
export async function learnWords(
  passages: Pick<Passages, 'words' | 'read'>,
  asking: Omit<Asking, 'within'>,
  mask: (text: string) => string,
): Promise<{ readonly made: number; readonly done: boolean }> {
  const { name } = asking.embedder
  const { ids, upTo } = await passages.words.unread(name, readAtOnce)
  if (ids.length === 0) return { made: 0, done: true }
  const some = await passages.read(ids)
  const words = [...new Set(some.flatMap(({ text }) => wordsOf(mask(text)).filter(isMeaning)))]
  const unknown = await passages.words.unknown(name, words)
  const now = unknown.slice(0, madeAtOnce)
  const vectors = now.length === 0 ? [] : await embed({ ...asking, within: longest }, now)
  const made = new Map(now.map((word, at) => [word, vectors[at] as Float32Array]))
  await passages.words.keep(name, made, unknown.length > now.length ? undefined : upTo)
  return { made: now.length, done: false }
}
