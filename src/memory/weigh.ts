import type { Candidate, Pool } from './pool.ts'
import { type Concept, otherWeight } from './query.ts'

/** One reason for a score, and what it is worth. */
export interface Part {
  readonly what: string
  readonly worth: number
}

/** The usual constants of BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"). */
const k1 = 1.2
const b = 0.75

/** How much a term tells: the rarer the more. `count` of `all` passages have it. */
export function idf(count: number, all: number): number {
  return Math.log(1 + (all - Math.min(count, all) + 0.5) / (Math.min(count, all) + 0.5))
}

/** What a term that stands `count` times in a text of `length` words is worth of its idf: more is more, ever less so. */
export function saturated(count: number, length: number, mean: number): number {
  return (count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / Math.max(1, mean)))
}

export function meanLength(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { length }) => sum + length, 0) / Math.max(1, candidates.length)
}

/** What a candidate's words are worth for each concept, by the best word that stands for it. */
export function wordParts(
  candidate: Pick<Candidate, 'terms' | 'length'>,
  concepts: readonly Concept[],
  { passages, frequency }: Pick<Pool, 'passages' | 'frequency'>,
  mean: number,
): (Part & { readonly own: boolean })[] {
  return concepts.flatMap(({ word, term, weight, others }) => {
    const rare = idf(frequency(term), passages)
    const worth = (of: string, most: number): number => {
      const count = candidate.terms.get(of)
      return count === undefined ? 0 : weight * most * saturated(count, candidate.length, mean)
    }
    const own = worth(term, rare)
    let best = { what: `word ${word}`, worth: own, own: own > 0 }
    for (const [other, said] of others) {
      // A rare word that only may stand for it is worth no more than the word itself.
      const here = worth(other, otherWeight * Math.min(rare, idf(frequency(other), passages)))
      if (here > best.worth) best = { what: `word ${said} for ${word}`, worth: here, own: own > 0 }
    }
    return best.worth > 0 ? [best] : []
  })
}
