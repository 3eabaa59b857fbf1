import { type Curve, curveAt, isotonic } from './isotonic.ts'
import { type Platt, platt, plattAt } from './platt.ts'

/** One decision of the operator on what a version made: how sure it said it was, and whether it was right. */
export interface Point {
  /** Between 0 and 1. */
  readonly raw: number
  readonly right: 0 | 1
}

/** How sure one may be of what a version makes, whatever it says itself. */
export interface Calibration {
  /** On how many decisions it stands. */
  readonly decisions: number
  readonly method: 'platt' | 'isotonic'
  /** The operator's taste has moved over these decisions: it stands on where that is now. */
  readonly moving: boolean
  /** The chance that the operator finds it right, between 0 and 1. */
  at(raw: number): number
}

/** Below this many decisions nothing is said: of 30, a share is known to some 17 points in a hundred. */
export const fewestDecisions = 30
/** Older decisions than these are not read: of 500 a share is known to some 4 points in a hundred, and what is older may no longer hold. */
export const mostDecisions = 500

// Two numbers can be told from 30 decisions, a curve cannot: its blocks of 25 need a few neighbours to be a curve at all.
const curveFrom = 200
// In nats: where a line that moves makes what came seven times as likely. By chance one in twenty lines that stand still does.
const clearlyMoves = 2

/**
 * Calibrates a version on the decisions on its work, oldest first; `undefined` where there are too few to tell. Platt's line first,
 * beginning from "what it says is so", and moving with time where that tells the past clearly better; with enough decisions a curve that
 * never falls, whose blocks lean on that line.
 */
export function calibrate(points: readonly Point[]): Calibration | undefined {
  if (points.length < fewestDecisions) return undefined
  const recent = points.slice(-mostDecisions)
  const still = platt(recent, 'still')
  const drifting = platt(recent, 'moving')
  const moving = drifting.likelihood - still.likelihood >= clearlyMoves
  const line: Platt = moving ? drifting : still
  const common = { decisions: recent.length, moving }
  if (recent.length < curveFrom) return { ...common, method: 'platt', at: (raw) => plattAt(line, raw) }
  const curve: Curve = isotonic(recent, line)
  return { ...common, method: 'isotonic', at: (raw) => curveAt(curve, raw) }
}
