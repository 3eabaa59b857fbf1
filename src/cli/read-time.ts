import { refuse } from '../values/fault.ts'

/**
 * A time as it is typed: `2026-03-01`, `2026-03-01T12:00` on the clock of a time zone, or with an offset or a Z. Milliseconds since
 * 1970 UTC. Fault: `input.invalid`.
 */
export function readTime(text: string, timeZone: string): number {
  try {
    if (/([zZ]|[+-]\d\d:?\d\d)$/.test(text) && text.includes(':')) return Temporal.Instant.from(text).epochMilliseconds
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refuse('input.invalid', {
      what: `The time "${text.slice(0, 60)}"`,
      why: 'it is not like 2026-03-01 or 2026-03-01T12:00',
    })
  }
}
