import { type Fault, faultIn } from '../values/fault.ts'
import { type Clock, later, seconds } from '../values/time.ts'
import { embedPassages } from './embed-passages.ts'
import { type Embedder, embed } from './embedder.ts'
import type { Passage, Passages } from './passage.ts'

export interface LikenessParts {
  readonly passages: Pick<Passages, 'vectors'>
  readonly embedder: Embedder
  readonly clock: Clock
}

/** How alike a question and some passages are in what they mean. */
export interface Likeness {
  /** The cosine, by the passage's number; of some there may be none. */
  readonly of: ReadonlyMap<number, number>
  readonly embedder: string
  /** How many have none yet. */
  readonly lacking: number
  /** Why some or all have none, or `null`. The answer stands without. */
  readonly fault: Fault | null
}

// UTF-16 units: of a question as long as a mail the beginning says what it is about, and models take no more than a page or two.
const longestQuestion = 2000
// With a small model in the process (14 ms a text) under a second; the rest is made in the background, or at the next question.
const mostMade = 48
// Few enough that what was made is kept when time runs out.
const madeAtOnce = 12
// Somebody may be waiting, and the answer is there without. A model in the process takes a second until it is loaded.
const longestAnswer = seconds(3)
// After so long no more are begun.
const longestMaking = seconds(2)

/**
 * How alike a question and passages are, the best passages first: what has no vector gets one, so many for a question, and keeps it.
 * Never refuses: what goes wrong is told in `fault`.
 */
export async function likenessOf(parts: LikenessParts, query: string, some: readonly Passage[]): Promise<Likeness> {
  const { passages, embedder, clock } = parts
  const vectors = new Map(
    await passages.vectors.of(
      embedder.name,
      some.map(({ id }) => id),
    ),
  )
  const until = later(clock.now(), longestMaking)
  const asking = { embedder, clock, within: longestAnswer }
  const of = new Map<number, number>()
  let fault: Fault | null = null
  try {
    const [asked = new Float32Array()] = await embed(asking, [query.slice(0, longestQuestion)])
    const compare = (): void => {
      for (const [id, vector] of vectors) of.set(id, cosine(asked, vector))
    }
    compare()
    const without = some.filter(({ id }) => !vectors.has(id)).slice(0, mostMade)
    for (let at = 0; at < without.length && clock.now() < until; at += madeAtOnce) {
      const made = await embedPassages(asking, passages.vectors, without.slice(at, at + madeAtOnce))
      for (const [id, vector] of made) vectors.set(id, vector)
      compare()
    }
  } catch (caught) {
    fault = faultIn(caught)
  }
  return { of, embedder: embedder.name, lacking: some.length - of.size, fault }
}

function cosine(one: Float32Array, other: Float32Array): number {
  let [dot, ones, others] = [0, 0, 0]
  for (let at = 0; at < one.length; at += 1) {
    const [a, b] = [one[at] as number, other[at] as number]
    dot += a * b
    ones += a * a
    others += b * b
  }
  return ones === 0 || others === 0 ? 0 : dot / Math.sqrt(ones * others)
}
