import { type Instant, instant } from '../values/time.ts'

/**
 * The month of an instant in a time zone (`Europe/Berlin`) as the `period` of a monthly scope: `2026-03`. Throws a RangeError
 * for a zone that does not exist.
 */
export function periodOf(at: Instant, timeZone: string): string {
  const { year, month } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  return `${year}-${String(month).padStart(2, '0')}`
}

/** The month after that of an instant: its name, and when it begins, which is always after the instant. */
export function nextPeriod(at: Instant, timeZone: string): { readonly period: string; readonly begins: Instant } {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
  const first = here.toPlainDate().with({ day: 1 }).add({ months: 1 })
  // Where clocks skip midnight, a day begins later; where they are set back past it, it begins twice, and here the first is behind us.
  const begins = [
    first.toZonedDateTime(timeZone),
    first.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: 'later' }),
  ]
    .map((moment) => moment.epochMilliseconds)
    .find((moment) => moment > at)
  if (begins === undefined) throw new RangeError(`${timeZone} has no month after ${at}`)
  return { period: `${first.year}-${String(first.month).padStart(2, '0')}`, begins: instant(begins) }
}
