import type { Tier } from '../values/doer.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import type { Mind } from './model-turn.ts'

/** What the operator's controls leave of a model call: the best tier that may answer, and the accounts that may not. */
export interface Ruling {
  readonly kind: 'go'
  readonly tier: Tier
  readonly barred: ReadonlySet<string>
}

/** What the operator's controls say to a model call of this attempt now: go on, within limits; or wait; or end. */
export async function obey(_attempt: Attempt, mind: Mind): Promise<Ruling | Exclude<Performed, { kind: 'done' }>> {
  return { kind: 'go', tier: mind.tier, barred: new Set() }
}
