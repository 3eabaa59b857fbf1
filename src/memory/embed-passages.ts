import { type Clock, type Duration, seconds } from '../values/time.ts'
import { type Embedder, embed } from './embedder.ts'
import type { Passage, Passages } from './passage.ts'

export interface EmbedParts {
  readonly passages: Passages
  readonly embedder: Embedder
  readonly clock: Clock
}

/** Makes vectors of these passages and keeps them. Fault: `embedder.failed`. */
export async function embedPassages(
  { passages, ...by }: Omit<EmbedParts, 'passages'> & { readonly passages: Pick<Passages, 'vectors'> },
  some: readonly Passage[],
  within: Duration,
): Promise<ReadonlyMap<number, Float32Array>> {
  const texts = some.map(({ text }) => text)
  const vectors = await embed(by, texts, within)
  const made = some.map((place, at) => ({ place, vector: vectors[at] as Float32Array }))
  await passages.vectors.keep(by.embedder.name, made)
  return new Map(made.map(({ place, vector }) => [place.id, vector]))
}

// With a small model in the process 200 ms of work, in slices that let others have their turn.
const madeAhead = 16
// Nobody waits for it.
const longest = seconds(60)

/**
 * Makes vectors of the next few passages after a number that have none. Gives the number to go on from, and how many it made; none, and
 * the same number: there is nothing left. Fault: `embedder.failed`.
 */
export async function embedAhead(
  parts: EmbedParts,
  after: number,
): Promise<{ readonly made: number; readonly upTo: number }> {
  const { passages, embedder } = parts
  const { ids, upTo } = await passages.vectors.lacking(embedder.name, after, madeAhead)
  if (ids.length === 0) return { made: 0, upTo }
  // Of who was forgotten meanwhile there is no text.
  const some = await passages.read(ids)
  if (some.length > 0) await embedPassages(parts, some, longest)
  return { made: some.length, upTo }
}
