import { CronExpressionParser } from 'cron-parser'

// When a schedule fires, found in another way than the product does: another library reads the expression, and what the clock on
// the wall shows comes from walking time through Intl. Neither croner nor Temporal is used.

export const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe', // half an hour of daylight saving
  'Asia/Kolkata', // half past the hour, no daylight saving
  'America/Santiago', // changes at midnight
  'Africa/Casablanca', // back for Ramadan, twice a year
  'Pacific/Apia', // left out the 30th of December 2011
  'UTC',
] as const

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** A stretch of time in which the clock on the wall is so many milliseconds ahead of UTC. */
interface Stretch {
  readonly from: number
  readonly until: number
  readonly ahead: number
}

/** The stretches between two instants: day by day, and minute by minute in a day that ends otherwise than it began. No clock was changed and changed back in a day. */
function stretchesOf(timeZone: string, from: number, until: number): readonly Stretch[] {
  const ahead = clockOf(timeZone)
  const found: { from: number; until: number; ahead: number }[] = [{ from, until, ahead: ahead(from) }]
  const look = (at: number): void => {
    const last = found.at(-1)!
    const now = ahead(at)
    if (now === last.ahead) return
    last.until = at
    found.push({ from: at, until, ahead: now })
  }
  for (let day = from; day < until; day += dayMs) {
    if (ahead(day + dayMs) === found.at(-1)!.ahead) continue
    for (let minute = day; minute <= day + dayMs; minute += minuteMs) look(minute)
  }
  return found
}

/** Each time at which it fires after `from`, until then, at most so many: the name on the wall and the instant. */
export function firings(cron: string, timeZone: string, span: { from: number; until: number; most: number }): string[] {
  // A stretch ends before its `until`; what fires at the last instant of the span is still in it.
  const stretches = stretchesOf(timeZone, span.from - 2 * dayMs, span.until + minuteMs)
  const found = new Map<number, string>()
  let reached = 0
  for (const wall of wallTimes(cron, span.from - dayMs + stretches[0]!.ahead)) {
    const stretch = stretches.findIndex((one, index) => index >= reached && wall < one.until + one.ahead)
    if (stretch < 0) break
    reached = stretch
    const { from, ahead } = stretches[stretch]!
    const at = Math.max(from, wall - ahead)
    if (at > span.until) break
    if (at <= span.from) continue
    if (found.size === span.most && !found.has(at)) break
    // Several that come at one instant are one, under the last name.
    found.set(at, new Date(wall).toISOString().slice(0, 16))
  }
  return [...found].map(([at, nominal]) => `${nominal} = ${new Date(at).toISOString()}`)
}

/** What the wall shows when it fires, as if read in UTC. */
function* wallTimes(cron: string, after: number): Generator<number> {
  const times = CronExpressionParser.parse(cron, { currentDate: new Date(after), tz: 'UTC' })
  for (;;) yield times.next().getTime()
}

function clockOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return (at) => {
    const part: Partial<Record<string, number>> = {}
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
    const wall = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute)
    return wall - Math.floor(at / minuteMs) * minuteMs
  }
}
