import type { Weighed } from './history.ts'
import type { Likeness } from './likeness.ts'
import type { Offer, Packed } from './pack.ts'
import type { Pool } from './pool.ts'
import { type Asked, lookups } from './query.ts'
import type { Explained } from './recall.ts'
import { idf, type Part } from './weigh.ts'
import { termOf } from './word.ts'

interface Answered {
  readonly asked: Asked
  readonly pool: Pool
  readonly found: readonly Weighed[]
  readonly packed: Packed
  readonly likeness: Likeness | undefined
}

/** How an answer came about: its words, what each line's score is made of, and what else was weighed. Pure. */
export function explain({ asked, pool, found, packed, likeness }: Answered): Explained {
  const partsOf = new Map(found.map(({ offer, parts }) => [offer, parts]))
  const parts = (offer: Offer): readonly Part[] =>
    (partsOf.get(offer) ?? []).toSorted((one, other) => other.worth - one.worth)
  const left = found.map(({ offer }) => offer).filter((offer) => !packed.taken.includes(offer))
  return {
    words: wordsLookedFor(asked, pool),
    dates: asked.spans,
    parts: packed.taken.map(parts),
    meaning: likeness ? { embedder: likeness.embedder, lacking: likeness.lacking, fault: likeness.fault } : null,
    considered: found.length,
    left: left.slice(0, mostLeft).map((offer) => ({ line: offer.line, parts: parts(offer) })),
  }
}

// A screen of what did not fit.
const mostLeft = 10

function wordsLookedFor({ concepts }: Asked, { frequency, passages }: Pool): Explained['words'] {
  const looked = lookups(concepts)
  const told = (word: string, from: string | null): Explained['words'][number] => {
    const count = frequency(termOf(word))
    return { word, from, idf: idf(count, passages), passages: count }
  }
  return concepts.flatMap(({ word, others }) => [
    told(word, null),
    ...[...others.values()]
      .filter((other) => looked.has(other) && frequency(termOf(other)) > 0)
      .map((other) => told(other, word)),
  ])
}
