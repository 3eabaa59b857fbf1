import type { Instant } from '../values/time.ts'

/** Days as somebody counts them. What a clock on their wall shows is milliseconds too, as if it stood in UTC. */
export interface Calendar {
  /** What the clock on the wall shows. */
  wall(at: Instant): number
  /** When it shows that: the first time where it does so twice, the end of the skip where it never does. */
  instant(wall: number): number
}

/** The calendar of a time zone; an IANA name. */
export function calendarOf(timeZone: string): Calendar {
  if (timeZone === 'UTC') return { wall: (at) => at, instant: (wall) => wall }
  const offsets = new Map<number, number>()
  return {
    wall(at) {
      const quarter = Math.floor(at / quarterHour)
      const offset = offsets.get(quarter) ?? offsetAt(at, timeZone)
      if (offsets.size < mostKept) offsets.set(quarter, offset)
      return at + offset
    },
    instant(wall) {
      const local = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime()
      return local.toZonedDateTime(timeZone).epochMilliseconds
    },
  }
}

// Clocks are changed at quarters of hours. Asked of Temporal each line takes 10 µs, and lines of one talk lie beside each other.
const quarterHour = 15 * 60_000
const mostKept = 20_000

function offsetAt(at: Instant, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6
}
