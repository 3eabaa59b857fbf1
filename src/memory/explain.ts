import type { Weighed } from './history.ts'
import type { Line } from './line.ts'
import type { Packed } from './pack.ts'
import type { Pool } from './pool.ts'
import { type Asked, lookups } from './query.ts'
import type { Explained } from './recall.ts'
import { idf, type Part } from './weigh.ts'
import { termOf } from './word.ts'

/** How an answer came about: its words, what each line's score is made of, and what else was weighed. Pure. */
export function explain(asked: Asked, pool: Pool, found: readonly Weighed[], packed: Packed): Explained {
  const partsOf = new Map(found.map(({ offer, parts }) => [keyOf(offer.line), parts]))
  const parts = (line: Line): readonly Part[] =>
    (partsOf.get(keyOf(line)) ?? []).toSorted((one, other) => other.worth - one.worth)
  return {
    words: wordsLookedFor(asked, pool),
    dates: asked.spans,
    parts: packed.lines.map(parts),
    considered: found.length,
    left: packed.left.slice(0, mostLeft).map(({ line }) => ({ line, parts: parts(line) })),
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

// A line's text has a head in its place only, its source and score are its own everywhere.
function keyOf({ source, score, why }: Line): string {
  return JSON.stringify([source, score, why])
}
