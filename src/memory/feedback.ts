import type { Candidate } from './pool.ts'
import { idf, saturated } from './weigh.ts'

/** A term that stands where the question's words stand, though not among them. */
export interface Related {
  readonly term: string
  readonly worth: number
}

/**
 * The terms that the best candidates share and the others lack: what the company's own words say that the question is about
 * (pseudo-relevance feedback; Lavrenko and Croft 2001, "Relevance-Based Language Models"). Together worth `share` of a word for each
 * of the question's. Pure.
 */
export function related(
  candidates: readonly Candidate[],
  scores: readonly number[],
  known: ReadonlySet<string>,
  concepts: number,
): Related[] {
  const best = [...scores.keys()]
    .filter((at) => (scores[at] ?? 0) > 0)
    .sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || one - other)
    .slice(0, mostBelieved)
  const most = scores[best[0] ?? 0] ?? 0
  const counts = countsOf(candidates)
  const sums = new Map<string, number>()
  for (const at of best) {
    const { terms, length } = candidates[at] as Candidate
    for (const [term, count] of terms) {
      const found = counts.get(term) ?? 0
      if (known.has(term) || found < 2) continue
      const worth = ((scores[at] ?? 0) / most) * (count / length) * idf(found, candidates.length)
      sums.set(term, (sums.get(term) ?? 0) + worth)
    }
  }
  const some = [...sums].sort(([one, a], [other, c]) => c - a || (one < other ? -1 : 1)).slice(0, mostRelated)
  const total = some.reduce((sum, [, worth]) => sum + worth, 0) || 1
  return some.map(([term, worth]) => {
    const rare = idf(counts.get(term) ?? 0, candidates.length)
    return { term, worth: share * concepts * rare * Math.min(worth / total, mostOfOne) }
  })
}

/** What the related terms in a candidate are worth together. */
export function relatedWorth({ terms, length }: Candidate, some: readonly Related[], mean: number): number {
  let sum = 0
  for (const { term, worth } of some) {
    const count = terms.get(term)
    if (count !== undefined) sum += worth * saturated(count, length, mean)
  }
  return sum
}

// Of more the later ones are beside the point; with fewer one chance hit decides.
const mostBelieved = 10
const mostRelated = 15
const share = 0.4
// Where little is shared, one word alone must not decide.
const mostOfOne = 0.2

function countsOf(candidates: readonly Candidate[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { terms } of candidates) for (const term of terms.keys()) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}
