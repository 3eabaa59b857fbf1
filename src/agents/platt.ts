import type { Point } from './calibration.ts'

/** A line through the log-odds of what was said; `drift` is how far it has moved from the first of the decisions to now. */
export interface Platt {
  readonly shift: number
  readonly slope: number
  readonly drift: number
  /** The logarithm of how likely it makes what came. */
  readonly likelihood: number
}

// The prior: what an agent says is so, give or take. A standard deviation of 1 in log-odds takes 50 % for anything from 27 % to 73 %.
const prior = [0, 1, 0] as const
const priorVariance = 1
// "Certainly" is never certain: what is beyond counts as this.
const surest = 0.99
const mostSteps = 30
const closeEnough = 1e-9

/**
 * Platt scaling (J. Platt, "Probabilistic outputs for support vector machines", 1999) on log-odds, as the most probable line under the
 * prior: Newton's method on a function with one peak. `moving`: the line may rise or fall with time.
 */
export function platt(points: readonly Point[], kind: 'still' | 'moving'): Platt {
  const size = kind === 'moving' ? 3 : 2
  const features = points.map(({ raw }, index) => [1, logit(raw), ageOf(index, points.length)].slice(0, size))
  const line: number[] = prior.slice(0, size)
  for (let step = 0; step < mostSteps; step += 1) {
    const gradient = line.map((value, at) => -(value - (prior[at] as number)) / priorVariance)
    const bend = line.map((_row, at) => line.map((_column, other) => (at === other ? 1 / priorVariance : 0)))
    for (const [index, { right }] of points.entries()) {
      const feature = features[index] as number[]
      const chance = logistic(dot(line, feature))
      for (const [at, value] of feature.entries()) {
        gradient[at] = (gradient[at] as number) + (right - chance) * value
        const row = bend[at] as number[]
        for (const [other, one] of feature.entries())
          row[other] = (row[other] as number) + chance * (1 - chance) * value * one
      }
    }
    const move = solved(bend, gradient)
    // Far from the peak a whole step may leap over it.
    const length = Math.max(1, Math.hypot(...move))
    for (const [at, by] of move.entries()) line[at] = (line[at] as number) + by / length
    if (Math.hypot(...move) < closeEnough) break
  }
  const [shift = 0, slope = 1, drift = 0] = line
  const likelihood = points.reduce((sum, { right }, index) => {
    const chance = logistic(dot(line, features[index] as number[]))
    return sum + Math.log(right === 1 ? chance : 1 - chance)
  }, 0)
  return { shift, slope, drift, likelihood }
}

/** The chance of being right, by the line as it is now, or as it was `age` ago (-1: at the first of the decisions). */
export function plattAt({ shift, slope, drift }: Omit<Platt, 'likelihood'>, raw: number, age = 0): number {
  return logistic(shift + slope * logit(raw) + drift * age)
}

/** From -1 for the first of so many decisions to 0 for the last. */
export function ageOf(index: number, count: number): number {
  return count < 2 ? 0 : index / (count - 1) - 1
}

function logit(raw: number): number {
  const kept = Math.min(surest, Math.max(1 - surest, raw))
  return Math.log(kept / (1 - kept))
}

function logistic(odds: number): number {
  return 1 / (1 + Math.exp(-odds))
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] as number), 0)
}

/** Solves a small symmetric positive system by elimination; the prior keeps every pivot above zero. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] as number])
  for (const [at, row] of rows.entries()) {
    for (const [below, other] of rows.entries()) {
      if (below === at) continue
      const factor = (other[at] as number) / (row[at] as number)
      for (const [column, value] of row.entries()) other[column] = (other[column] as number) - factor * value
    }
  }
  return rows.map((row, at) => (row.at(-1) as number) / (row[at] as number))
}
