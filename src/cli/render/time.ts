import type { Instant } from '../../values/time.ts'

/** `2026-03-01 13:00` in a time zone; `-` for no time. */
export function formatTime(at: Instant | null, timeZone: string): string {
  if (at === null) return '-'
  // Not by Intl, which takes 8 MB for the first date that it formats.
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return local.toString({ smallestUnit: 'minute' }).replace('T', ' ')
}
