import { calibrate, fewestDecisions, type Point } from './calibration.ts'

/** What was foretold of a decision, and what came of it. */
export interface Foretold {
  readonly chance: number
  readonly right: 0 | 1
}

/** Decisions of like foretelling: what was said of them on the mean, and how many were right. */
export interface Bin {
  readonly said: number
  readonly right: number
  readonly count: number
}

const usualBins = 10

/** Bins of equal mass, in the order of what was foretold. */
export function binsOf(foretold: readonly Foretold[], count = usualBins): Bin[] {
  const sorted = foretold.toSorted((a, b) => a.chance - b.chance)
  return Array.from({ length: count }, (_none, bin) => {
    const members = sorted.slice(
      Math.round((bin * sorted.length) / count),
      Math.round(((bin + 1) * sorted.length) / count),
    )
    const sum = (of: (one: Foretold) => number): number => members.reduce((total, one) => total + of(one), 0)
    return {
      said: members.length === 0 ? 0 : sum((one) => one.chance) / members.length,
      right: members.length === 0 ? 0 : sum((one) => one.right) / members.length,
      count: members.length,
    }
  }).filter(({ count: size }) => size > 0)
}

/** The expected calibration error: how far what was said lies from what came of it, over bins of equal mass. */
export function calibrationError(foretold: readonly Foretold[], count = usualBins): number {
  return weighed(binsOf(foretold, count), ({ said, right }) => Math.abs(said - right), foretold.length)
}

/** What that error would be by chance alone, on the mean, if all that was said were exactly so: the mean of a folded normal. */
export function chanceError(foretold: readonly Foretold[], count = usualBins): number {
  const spread = ({ said, count: size }: Bin): number => Math.sqrt(((2 / Math.PI) * said * (1 - said)) / size)
  return weighed(binsOf(foretold, count), spread, foretold.length)
}

function weighed(bins: readonly Bin[], of: (bin: Bin) => number, total: number): number {
  return total === 0 ? 0 : bins.reduce((sum, bin) => sum + (bin.count / total) * of(bin), 0)
}

// A calibration of 2,000 decisions takes some milliseconds: so it is made anew only this often.
const refitEvery = 25
const mostForetold = 500

/** Each of the latest decisions as it was foretold by those before it. */
export function prequential(points: readonly Point[]): Foretold[] {
  const begin = Math.max(fewestDecisions, points.length - mostForetold)
  const foretold: Foretold[] = []
  for (let from = begin; from < points.length; from += refitEvery) {
    const known = calibrate(points.slice(0, from))
    if (!known) continue
    for (const { raw, right } of points.slice(from, from + refitEvery)) foretold.push({ chance: known.at(raw), right })
  }
  return foretold
}
