import { firstInstant, type LocalTime, localTime } from '../values/local-time.ts'
import type { Parsed } from '../values/schema.ts'
import type { Instant } from '../values/time.ts'

/** Hours of the week: stretches of the clock on the wall, each named by the days on which it begins. */
export interface Hours {
  readonly stretches: readonly Stretch[]
}

interface Stretch {
  /** 1 is Monday. */
  readonly days: ReadonlySet<number>
  /** `22:00`. */
  readonly from: string
  /** `06:00`: of the next day where it is not after `from`; `24:00` is the end of the day. */
  readonly until: string
}

/** Reads `22:00-06:00`, `mon-fri 18:00-08:00`, `mon,wed 12:00-14:00, sat-sun 00:00-24:00`. Never throws. */
export function readHours(text: string): Parsed<Hours> {
  const stretches: Stretch[] = []
  let days: number[] = []
  for (const piece of text.toLowerCase().split(',')) {
    const read = /^(?:([a-z]{3})(?:-([a-z]{3}))?)?\s*(?:(\d\d:\d\d)-(\d\d:\d\d))?$/.exec(piece.trim())
    const [, first, last, from, until] = read ?? []
    const some = first === undefined ? [] : daysFrom(first, last ?? first)
    if (!read || some === undefined || (first ?? from) === undefined) return { ok: false, why: unreadable(piece) }
    days = [...days, ...some]
    if (from === undefined || until === undefined) continue
    if (!isTime(from) || from === '24:00' || !isTime(until) || from === until)
      return { ok: false, why: unreadable(piece) }
    stretches.push({ days: new Set(days.length === 0 ? everyDay : days), from, until })
    days = []
  }
  if (days.length > 0 || stretches.length === 0) return { ok: false, why: unreadable(text) }
  return { ok: true, value: { stretches } }
}

/** Whether these hours are open at an instant, in a time zone. */
export function isOpen(hours: Hours, at: Instant, timeZone: string): boolean {
  return around(hours, at, timeZone, 0).some(({ from, until }) => from <= at && at < until)
}

/** The first instant from this one on at which they are open. `undefined`: never within two weeks. */
export function opensAt(hours: Hours, at: Instant, timeZone: string): Instant | undefined {
  if (isOpen(hours, at, timeZone)) return at
  const next = around(hours, at, timeZone, furthestAhead).filter(({ from, until }) => from > at && from < until)
  return next.length === 0 ? undefined : (Math.min(...next.map(({ from }) => from)) as Instant)
}

// A stretch that the clock skips this week is there the next.
const furthestAhead = 14
const everyDay = [1, 2, 3, 4, 5, 6, 7]
const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** `fri` to `mon` goes over the end of the week. */
function daysFrom(first: string, last: string): number[] | undefined {
  const [begin, end] = [names.indexOf(first), names.indexOf(last)]
  if (begin < 0 || end < 0) return undefined
  const count = ((end - begin + 7) % 7) + 1
  return Array.from({ length: count }, (_, index) => ((begin + index) % 7) + 1)
}

const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text) || text === '24:00'

function unreadable(text: string): string {
  return `"${text.trim().slice(0, 60)}" names no hours; write like "22:00-06:00" or "mon-fri 18:00-08:00"`
}

/**
 * The stretches that begin from a day before an instant's to so many days after. Each begins and ends when the clock first shows that
 * time or a later one: what the clock skips begins at the end of the skip, and an hour that is repeated ends nothing twice.
 */
function around(
  { stretches }: Hours,
  at: Instant,
  timeZone: string,
  ahead: number,
): { from: Instant; until: Instant }[] {
  const today = Temporal.PlainDate.from(localTime(at, timeZone).slice(0, 'YYYY-MM-DD'.length))
  const found: { from: Instant; until: Instant }[] = []
  for (let offset = -1; offset <= ahead; offset += 1) {
    const day = today.add({ days: offset })
    for (const { days, from, until } of stretches) {
      if (!days.has(day.dayOfWeek)) continue
      const wraps = until <= from || until === '24:00'
      const last = wraps ? day.add({ days: 1 }) : day
      found.push({
        from: firstInstant(`${day}T${from}` as LocalTime, timeZone),
        until: firstInstant(`${last}T${until === '24:00' ? '00:00' : until}` as LocalTime, timeZone),
      })
    }
  }
  return found
}
