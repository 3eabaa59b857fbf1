import { tiersBelow } from '../models/ladder.ts'
import type { Tier } from '../values/doer.ts'

// What stands lower on the ladder is believed less. These are weights of ours, not measurements: they order the rungs for whoever reads
// a card, and calibration on the operator's own decisions goes on from there.
const perTier = 0.8
const oldestKept = 0.5
/** Rules that know nothing of what they were not written for: as sure as the model that is none. */
export const fallbackConfidence = 0.3

/** How sure an answer is, by what the model said and how far below the wanted tier it stands: a fifth less for each tier. */
export function surenessFrom(asked: Tier, rung: string | undefined, said: number | undefined): number | undefined {
  return said === undefined ? undefined : rounded(said * perTier ** tiersBelow(asked, rung))
}

/** How sure an answer to the same question still is: all of it when it was just given, half at the end of its age. */
export function surenessKept(said: number, age: number, maxAge: number): number {
  return rounded(said * (1 - (1 - oldestKept) * Math.min(1, age / maxAge)))
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
