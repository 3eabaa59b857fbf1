import type { Point } from './calibration.ts'
import { ageOf, type Platt, plattAt } from './platt.ts'

/** A curve that never falls, by its corners. */
export type Curve = readonly { readonly raw: number; readonly chance: number }[]

// A block's share is half its own decisions and half the line's: 25 decisions alone leave it 10 points in a hundred uncertain.
const blockSize = 25
const lineWeight = 25

/** Decisions next to each other by what was said: sums of that and of what came. */
interface Block {
  raw: number
  right: number
  count: number
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al., 1955), on blocks of about equal size, each of which leans on the line as
 * if that were so many decisions more (the mean of a beta-binomial). What came long ago counts as it would now, by the line's drift.
 */
export function isotonic(points: readonly Point[], line: Platt): Curve {
  const shares = blocksOf(points, line).map(({ raw, right, count }) => {
    const said = raw / count
    const chance = (right + lineWeight * plattAt(line, said)) / (count + lineWeight)
    return { raw: said, chance: Math.min(1, Math.max(0, chance)), weight: count + lineWeight }
  })
  const pooled: { chance: number; weight: number; raws: number[] }[] = []
  for (const { raw, chance, weight } of shares) {
    let open = { chance, weight, raws: [raw] }
    for (let before = pooled.at(-1); before && before.chance > open.chance; before = pooled.at(-1)) {
      pooled.pop()
      const sum = before.weight + open.weight
      const mean = (before.chance * before.weight + open.chance * open.weight) / sum
      open = { chance: mean, weight: sum, raws: [...before.raws, ...open.raws] }
    }
    pooled.push(open)
  }
  return pooled.flatMap(({ chance, raws }) => raws.map((raw) => ({ raw, chance })))
}

/** The curve at a place: straight between its corners, level beyond them. */
export function curveAt(curve: Curve, raw: number): number {
  const above = curve.findIndex((corner) => corner.raw >= raw)
  const [first, last] = [curve[0], curve.at(-1)]
  if (!first || !last) throw new TypeError('a curve has corners')
  if (above === -1) return last.chance
  const [low, high] = [curve[above - 1] ?? first, curve[above] ?? last]
  if (high.raw === low.raw) return high.chance
  return low.chance + ((raw - low.raw) / (high.raw - low.raw)) * (high.chance - low.chance)
}

/** What was said alike stays together. */
function blocksOf(points: readonly Point[], line: Platt): Block[] {
  const sorted = points
    .map(({ raw, right }, index) => {
      const then = plattAt(line, raw, ageOf(index, points.length))
      return { raw, right: right + plattAt(line, raw) - then }
    })
    .sort((a, b) => a.raw - b.raw)
  const blocks: Block[] = []
  let open: Block | undefined
  let said = Number.NaN
  for (const { raw, right } of sorted) {
    if (!open || (open.count >= blockSize && raw !== said)) {
      open = { raw: 0, right: 0, count: 0 }
      blocks.push(open)
    }
    open.raw += raw
    open.right += right
    open.count += 1
    said = raw
  }
  return blocks
}
