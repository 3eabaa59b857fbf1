import type { Instant } from './time.ts'
import { instant } from './time.ts'

declare const unit: unique symbol

/** What a clock on the wall shows, to the minute and in no zone: `2026-03-29T02:30`. Earlier ones sort before later ones as text. */
export type LocalTime = string & { readonly [unit]: 'local time' }

/** What the clock on the wall shows at an instant; seconds are cut off. Throws a RangeError for a zone that does not exist. */
export function localTime(at: Instant, timeZone: string): LocalTime {
  return localText(Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime())
}

/**
 * The first instant at which the clock on the wall shows this time or a later one. So a time that is repeated when the clock goes
 * back is its first pass, and one that is skipped when the clock goes forward is the end of the skip. Later local times never
 * come before earlier ones.
 */
export function firstInstant(local: LocalTime, timeZone: string): Instant {
  const wanted = Temporal.PlainDateTime.from(local)
  const earlier = wanted.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (earlier.toPlainDateTime().equals(wanted)) return instant(earlier.epochMilliseconds)
  // Skipped: `earlier` lies as far before the skip as the wanted time lies in it, and the skip is the next change of the clock.
  const skip = earlier.getTimeZoneTransition('next')
  if (!skip) throw new TypeError(`${local} is skipped in ${timeZone} by no change of the clock`)
  return instant(skip.epochMilliseconds)
}

/** The same time on the wall so many days later; never before the instant itself, which may lie in the second pass of an hour. */
export function calendarDaysLater(from: Instant, days: number, timeZone: string): Instant {
  const local = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone).toPlainDateTime()
  const minute = local.round({ smallestUnit: 'minute', roundingMode: 'floor' })
  const rest = minute.until(local).total('milliseconds')
  return instant(Math.max(from, firstInstant(localText(minute.add({ days })), timeZone) + rest))
}

/** Whether this is the IANA name of a time zone (`Europe/Prague`). */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function localText(local: Temporal.PlainDateTime): LocalTime {
  return local.toString({ smallestUnit: 'minute', calendarName: 'never' }) as LocalTime
}
