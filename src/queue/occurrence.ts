import { firstInstant, type LocalTime, localTime } from '../values/local-time.ts'
import { days, type Instant, later } from '../values/time.ts'
import type { Cron } from './cron.ts'

/** One time at which a schedule fires: what the clock on the wall shows then, or should have shown, and the instant. */
export interface Occurrence {
  readonly nominal: LocalTime
  readonly at: Instant
}

/** The first occurrence after a nominal time. Those that a skipped hour throws onto one instant are one, under the last of their names. */
export function occurrenceAfter(cron: Cron, timeZone: string, nominal: LocalTime): Occurrence | undefined {
  let found = cron.after(nominal)
  if (found === undefined) return undefined
  const at = firstInstant(found, timeZone)
  if (localTime(at, timeZone) === found) return { nominal: found, at } // not skipped: nothing later comes as early
  for (let next = cron.after(found); next !== undefined && firstInstant(next, timeZone) === at; next = cron.after(next))
    found = next
  return { nominal: found, at }
}

/** The first occurrence after an instant. */
export function occurrenceFrom(cron: Cron, timeZone: string, now: Instant): Occurrence | undefined {
  let found = occurrenceAfter(cron, timeZone, localTime(now, timeZone))
  // In the second pass of a repeated hour its times are behind us already.
  while (found !== undefined && found.at <= now) found = occurrenceAfter(cron, timeZone, found.nominal)
  return found
}

/** What has fallen due since an occurrence, itself included. */
export interface Due {
  /** Oldest first, at most as many as were asked for, the latest of them all. */
  readonly occurrences: readonly Occurrence[]
  /** There were more, before these. */
  readonly more: boolean
}

/** Walks as far as `most`, however long it was: five years of every minute take no longer than a day of them. */
export function dueSince(cron: Cron, timeZone: string, first: Occurrence, now: Instant, most: number): Due {
  const occurrences: Occurrence[] = []
  let next: Occurrence | undefined = first
  while (next !== undefined && next.at <= now) {
    if (occurrences.length === most) return { occurrences: latest(cron, timeZone, now, most), more: true }
    occurrences.push(next)
    next = occurrenceAfter(cron, timeZone, next.nominal)
  }
  return { occurrences, more: false }
}

// What the wall shows now may have been passed before, when the clock was set back; never by more than a day.
const furthestBack = days(1)

function latest(cron: Cron, timeZone: string, now: Instant, most: number): Occurrence[] {
  const found: Occurrence[] = []
  let from = localTime(later(now, furthestBack), timeZone)
  while (found.length < most) {
    const page = cron.before(from, most)
    const last = page.at(-1)
    if (last === undefined) break
    for (const nominal of page) {
      const at = firstInstant(nominal, timeZone)
      if (at <= now && found.at(-1)?.at !== at && found.length < most) found.push({ nominal, at })
    }
    from = last
  }
  return found.reverse()
}
