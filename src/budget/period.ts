import type { Instant } from '../values/time.ts'

/**
 * The month of an instant in a time zone (`Europe/Berlin`) as the `period` of a monthly scope: `2026-03`. Throws a RangeError
 * for a zone that does not exist.
 */
export function periodOf(at: Instant, timeZone: string): string {
  const { year, month } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  return `${year}-${String(month).padStart(2, '0')}`
}
