import { refuse } from '../values/fault.ts'
import { firstInstant, type LocalTime } from '../values/local-time.ts'
import { type Instant, instant } from '../values/time.ts'

/**
 * When something is due that a person wrote on a calendar: `2026-03-05` is until the end of that day, `2026-03-05T17:00` a time on the
 * wall. Fault: `input.invalid`.
 */
export function readDue(text: string, timeZone: string): Instant {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?$/.exec(text.trim()) ?? []
  if (day !== undefined && isDay(day) && (time === undefined || isTime(time))) {
    if (time !== undefined) return firstInstant(`${day}T${time}` as LocalTime, timeZone)
    const next = Temporal.PlainDate.from(day).add({ days: 1 })
    return instant(firstInstant(`${next}T00:00` as LocalTime, timeZone) - 1)
  }
  return refuse('input.invalid', {
    what: 'The day on which it is due',
    why: 'it reads 2026-03-05, or 2026-03-05T17:00',
  })
}

function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  // The calendar's own check throws; `constrain` moves what is too large to the last day there is.
  if (month < 1 || day < 1) return false
  return Temporal.PlainDate.from({ year, month, day }, { overflow: 'constrain' }).toString() === text
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text)
}
