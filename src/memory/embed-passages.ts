import { seconds } from '../values/time.ts'
import { type Asking, embed } from './embedder.ts'
import type { Passage, Passages } from './passage.ts'

/** Makes vectors of these passages and keeps them. Fault: `embedder.failed`. */
export async function embedPassages(
  asking: Asking,
  vectors: Passages['vectors'],
  some: readonly Passage[],
): Promise<ReadonlyMap<number, Float32Array>> {
  const given = await embed(
    asking,
    some.map(({ text }) => text),
  )
  const made = some.map((place, at) => ({ place, vector: given[at] as Float32Array }))
  await vectors.keep(asking.embedder.name, made)
  return new Map(made.map(({ place, vector }) => [place.id, vector]))
}

// With a small model in a thread 200 ms of work, in slices between which a question has its turn.
const madeAhead = 16
// Nobody waits for it.
const longest = seconds(60)

/**
 * Makes vectors of the next few passages after a number that have none. Gives the number to go on from, and how many it made; none, and
 * the same number: there is nothing left. Fault: `embedder.failed`.
 */
export async function embedAhead(
  passages: Pick<Passages, 'vectors' | 'read'>,
  asking: Omit<Asking, 'within'>,
  after: number,
): Promise<{ readonly made: number; readonly upTo: number }> {
  const { ids, upTo } = await passages.vectors.lacking(asking.embedder.name, after, madeAhead)
  // Of who was forgotten meanwhile there is no text.
  const some = await passages.read(ids)
  if (some.length > 0) await embedPassages({ ...asking, within: longest }, passages.vectors, some)
  return { made: some.length, upTo }
}
