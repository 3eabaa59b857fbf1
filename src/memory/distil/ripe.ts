import { type Duration, days, type Instant, instant, later } from '../../values/time.ts'

/** Events that were recorded before this instant are old enough. Whole days, so that each identity is looked at once a day. */
export function ripeBefore(now: Instant, after: Duration): Instant {
  const grain = grainOf(after)
  return instant(Math.floor((now - after) / grain) * grain)
}

/** When an event is old enough. */
export function ripeAt(recordedAt: Instant, after: Duration): Instant {
  const grain = grainOf(after)
  return later(instant((Math.floor(recordedAt / grain) + 1) * grain), after)
}

const grainOf = (after: Duration): number => Math.max(1, Math.min(days(1), after))
