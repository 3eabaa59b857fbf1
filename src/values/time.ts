declare const unit: unique symbol

/** A point in time: milliseconds since 1970-01-01 UTC. */
export type Instant = number & { readonly [unit]: 'instant' }
/** A length of time in milliseconds. `days(1)` is 24 hours. */
export type Duration = number & { readonly [unit]: 'duration' }

/** Whole milliseconds; a fraction is rounded. */
export const milliseconds = (count: number): Duration => Math.round(count) as Duration
/** Seconds as a duration. */
export const seconds = (count: number): Duration => milliseconds(count * 1000)
/** Minutes as a duration. */
export const minutes = (count: number): Duration => seconds(count * 60)
/** Hours as a duration. */
export const hours = (count: number): Duration => minutes(count * 60)
/** Days of 24 hours as a duration. */
export const days = (count: number): Duration => hours(count * 24)

/** So many days on the calendar of the operator's time zone, whether they have 23, 24 or 25 hours: the same time on the wall. */
export interface CalendarDays {
  readonly calendarDays: number
}

/** Whole days on the operator's calendar: what is due at nine stays due at nine when the clocks change. `days(1)` is 24 hours. */
export const calendarDays = (count: number): CalendarDays => ({ calendarDays: count })

/** Milliseconds since 1970 as they come from the store or the wire. */
export const instant = (ms: number): Instant => ms as Instant
export const later = (from: Instant, by: Duration): Instant => (from + by) as Instant
export const between = (from: Instant, until: Instant): Duration => (until - from) as Duration
/** `2026-03-13T23:09:00Z`: how an instant reads in every output that has no time zone of its own. */
export const isoInstant = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z')

/**
 * The only source of time. `now` never goes back within a process. `wake` calls `then` once, at or after `at`, unless the
 * returned function is called first; it keeps no process alive by itself.
 */
export interface Clock {
  now(): Instant
  wake(at: Instant, then: () => void): () => void
}

/** `5 days`, `90 minutes`, `2.5 s`: the largest unit that reads well. */
export function formatDuration(length: Duration): string {
  const units = [
    [days(1), 'day'],
    [hours(1), 'hour'],
    [minutes(1), 'minute'],
  ] as const
  for (const [size, name] of units) {
    const count = Math.round((length / size) * 10) / 10
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return `${Math.round(length / 100) / 10} s`
}

/** The longest that a delay may take. A clock that is set back makes a stretch of days longer by an hour. */
export function longestDelay(delay: Duration | CalendarDays): Duration {
  return typeof delay === 'number' ? delay : ((days(delay.calendarDays) + hours(1)) as Duration)
}

/** `2 days` of 24 hours each, or `2 calendar days`. */
export function formatDelay(delay: Duration | CalendarDays): string {
  if (typeof delay === 'number') return formatDuration(delay)
  return `${delay.calendarDays} calendar ${delay.calendarDays === 1 ? 'day' : 'days'}`
}
