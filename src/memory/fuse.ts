import type { Ranked } from './rank.ts'

/**
 * Orders again what words have ranked, by what is meant as well: the one that is most like the question gets a share of the best score,
 * the one that is least like it nothing, and one whose likeness is not known what the middle of the others gets. Pure.
 */
export function fuse(ranked: readonly Ranked[], likeness: ReadonlyMap<number, number>): readonly Ranked[] {
  const known = ranked.flatMap(({ candidate }) => likeness.get(candidate.passage.id) ?? [])
  const [least, most] = [Math.min(...known), Math.max(...known)]
  if (known.length === 0 || most === least) return ranked
  const mean = known.reduce((sum, one) => sum + one, 0) / known.length
  const whole = meaningShare * Math.max(...ranked.map(({ score }) => score))
  return ranked
    .map((one): Ranked => {
      const like = likeness.get(one.candidate.passage.id)
      const worth = (whole * ((like ?? mean) - least)) / (most - least)
      const what = like === undefined ? 'meaning, not looked at' : 'meaning'
      return { ...one, score: one.score + worth, parts: [...one.parts, { what, worth }] }
    })
    .sort((one, other) => other.score - one.score || other.candidate.passage.id - one.candidate.passage.id)
}

// Of the best score. Words find, meaning decides between them. With the model of `localEmbeddings` 0.1 to 0.3 are alike and 0.4 is
// worse: decision 0024.
const meaningShare = 0.2
