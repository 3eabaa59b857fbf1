import type { AnyAction } from '../adapters/port.ts'
import { between, type Duration, type Instant, later, milliseconds, minutes, seconds } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Kernel } from './kernel.ts'
import { mostWork } from './own-limits.ts'

// Reasoning models think for some minutes; a connection that is silent for longer than this is dead.
const longestCall = minutes(10)
// Somebody waits, and was promised no time: nobody waits longer for one answer.
const usualPatience = seconds(60)
// What is left of the time for the lower rungs: to read a kept answer or compute a fallback, and to commit it.
const keptShare = 0.1
const leastKept = milliseconds(100)
const mostKept = seconds(5)
// A model that has less than this cannot answer over a network; it would only be paid.
const leastCall = milliseconds(50)

/** Where somebody waits, an answer that has begun and then stands still for so long is taken for lost: tokens come tens to a second. */
export const longestGap = seconds(10)

/** Until when the models have time for a turn. What is left behind that is the lower rungs'. */
export interface CallTime {
  /** Absent where nothing but `longestCall` bounds it. */
  readonly until?: Instant
}

/** How long the models have for a turn that begins now. */
export function timeForTurn(attempt: Attempt): CallTime {
  const { kernel, task, time } = attempt
  const limit = mostWork(attempt)
  if (limit !== undefined)
    return { until: later(kernel.clock.now(), (limit - kept(limit) - task.worked_ms - time.worked()) as Duration) }
  if (task.lane === 'background') return {}
  return { until: later(kernel.clock.now(), (usualPatience - kept(usualPatience)) as Duration) }
}

/**
 * Until when the answer of a tool is of use to somebody who waits: what comes later leaves no model time to read it. `undefined` where it
 * takes the time that it takes: nobody waits, or it leaves a trace and would be in doubt when it is cut off.
 */
export function timeForTool(attempt: Attempt, { effect }: Pick<AnyAction, 'effect'>): Instant | undefined {
  return attempt.task.lane === 'interactive' && effect === 'none' ? timeForTurn(attempt).until : undefined
}

/** Whether what begins after such a wait can still give an answer that is of use. */
export function isInTime({ clock }: Pick<Kernel, 'clock'>, until: Instant, wait = milliseconds(0)): boolean {
  return between(clock.now(), until) >= wait + leastCall
}

/** How long one call may take: half of what is left while somebody else may be asked after it, else all; none where time is up. */
export function timeForCall(
  { kernel }: Pick<Attempt, 'kernel'>,
  { until }: CallTime,
  last: boolean,
): Duration | undefined {
  if (until === undefined) return longestCall
  const left = between(kernel.clock.now(), until)
  if (left < leastCall) return undefined
  return milliseconds(Math.min(longestCall, last ? left : left / 2))
}

function kept(limit: Duration): number {
  return Math.min(limit / 2, Math.max(leastKept, Math.min(mostKept, limit * keptShare)))
}
