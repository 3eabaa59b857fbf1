import type { Fault } from '../values/fault.ts'
import { type Duration, milliseconds, minutes, seconds } from '../values/time.ts'

/** How often and how patiently an attempt is repeated, as data. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly attempts: number
  readonly first: Duration
  readonly factor: number
  readonly most: Duration
}

/** Five tries over some two and a half minutes: outlasts a restart of a provider, not a bad day. */
export const usualRetry: RetryPolicy = { attempts: 5, first: seconds(2), factor: 4, most: minutes(10) }

/**
 * The pause before the next attempt, or `undefined` when there is none: the fault never passes, or the attempts are used up.
 * `random` in [0, 1) spreads the pauses over the upper half (equal jitter), so that a crowd does not come back at once.
 */
export function nextPause(policy: RetryPolicy, attempt: number, fault: Fault, random: number): Duration | undefined {
  if (fault.retry === 'never' || attempt >= policy.attempts) return undefined
  if (fault.retry === 'now') return milliseconds(0)
  const whole = Math.min(policy.most, policy.first * policy.factor ** (attempt - 1))
  return milliseconds(whole / 2 + (whole / 2) * random)
}
