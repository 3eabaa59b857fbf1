import type { Fault } from './fault.ts'
import { type Duration, days, milliseconds } from './time.ts'

// Longer than any provider's window of limits (a day), so that a nonsense header does not shut an account, or put off a task, for a year.
const longestPause = days(1)

/** How long whoever refused asks us to wait, as `retryAfterMs` of the fault says; a day at most. `undefined`: it names no time. */
export function askedPause({ about }: Fault): Duration | undefined {
  const asked = Number.parseFloat(about.retryAfterMs ?? '')
  return asked >= 0 ? atMostADay(milliseconds(asked)) : undefined
}

/** A pause that was asked for, as far as it is believed. */
export function atMostADay(pause: Duration): Duration {
  return Math.min(pause, longestPause) as Duration
}
