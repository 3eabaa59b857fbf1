import { between, type Instant, minutes } from '../values/time.ts'
import type { Due, Occurrence } from './occurrence.ts'

/** What becomes of occurrences that fell due while the company was off or paused. */
export type CatchUp = 'skip' | 'once' | 'all'

/**
 * An occurrence is on time as long as it is no later than this, whatever the policy: a restart or a stall at the wrong moment
 * loses none.
 */
const onTimeFor = minutes(5)

/** At most so many missed occurrences of a schedule are started one by one; of more, the latest. A run is some 10 KB with its events. */
export const mostCaughtUp = 1000

/** What to do with all that is due: what is passed over, what is started, both oldest first. */
export interface Settled {
  readonly passed: readonly Occurrence[]
  readonly start: readonly Occurrence[]
}

/** `first` is being tried again: it stays on time until another falls due. */
export function settle(policy: CatchUp, due: Due, now: Instant, first: 'new' | 'tried'): Settled {
  const { occurrences } = due
  if (first === 'tried' && occurrences.length === 1) return { passed: [], start: occurrences }
  const missed = occurrences.filter(({ at }) => between(at, now) > onTimeFor)
  const onTime = occurrences.slice(missed.length)
  if (missed.length === 0) return { passed: [], start: onTime }
  switch (policy) {
    case 'skip':
      return { passed: missed, start: onTime }
    case 'once':
      return { passed: occurrences.slice(0, -1), start: occurrences.slice(-1) }
    case 'all':
      return { passed: [], start: occurrences }
    default:
      return policy satisfies never
  }
}
