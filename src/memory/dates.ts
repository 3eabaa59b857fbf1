import type { Instant } from '../values/time.ts'
import { type Calendar, calendarOf } from './calendar.ts'

/** A stretch of time that a text names: from the first instant to the last. */
export interface Span {
  readonly from: number
  readonly until: number
  /** As it was named. */
  readonly named: string
  /** From this day to that, as `2023-05-03`. */
  readonly days: readonly [string, string]
}

/** A stretch as a calendar's wall shows it. */
type Shown = Omit<Span, 'days'>

/** The dates in a text: `3 May 2023`, `May 3rd`, `in March`, `2023-05-03`, `last week`, `yesterday`, `on Friday`. Pure. */
export function spansIn(text: string, now: Instant, calendar: Calendar = calendarOf('UTC')): Span[] {
  const head = text.slice(0, mostLooked)
  const here = calendar.wall(now)
  const shown = [...isoDates(head), ...namedMonths(head, here), ...relatives(head, here)].slice(0, mostSpans)
  return shown.map(({ from, until, named }) => ({
    from: calendar.instant(from),
    until: calendar.instant(until + 1) - 1,
    named,
    days: [dayOf(from), dayOf(until)],
  }))
}

// Dates stand in a question, not in a text that is given as one.
const mostLooked = 2000
const mostSpans = 4
const day = 86_400_000
const months = 'january february march april may june july august september october november december'.split(' ')
const weekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')

function isoDates(text: string): Shown[] {
  return [...text.matchAll(/\b(\d{4})-(\d{2})-(\d{2})\b/g)].flatMap(([named, year, month, date]) =>
    spanOf(Number(year), Number(month) - 1, Number(date), named),
  )
}

// `May` and `march` alone are verbs; with a day, a year or `in` before them they are months.
const monthForm = new RegExp(
  `(?:\\b(in|of|since|during|by|until)\\s+)?(?:\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?)?\\b(${months.map((name) => `${name}|${name.slice(0, 3)}`).join('|')})\\b\\.?(?:\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?!\\d))?(?:,?\\s+(\\d{4})\\b)?`,
  'gi',
)

function namedMonths(text: string, now: number): Shown[] {
  return [...text.matchAll(monthForm)].flatMap(([named, before, first, name = '', second, year]) => {
    const bare = first === undefined && second === undefined && year === undefined && before === undefined
    if (bare && (name.length <= 3 || name.toLowerCase() === 'march')) return []
    const month = months.findIndex((one) => one.startsWith(name.toLowerCase()))
    const date = first ?? second
    const at = year === undefined ? lastYearOf(month, Number(date ?? 1), now) : Number(year)
    return spanOf(at, month, date === undefined ? undefined : Number(date), named.trim())
  })
}

/** The year of the last such day that has been. */
function lastYearOf(month: number, date: number, now: number): number {
  const year = new Date(now).getUTCFullYear()
  return Date.UTC(year, month, date) <= now ? year : year - 1
}

function spanOf(year: number, month: number, date: number | undefined, named: string): Shown[] {
  const from = Date.UTC(year, month, date ?? 1)
  const until = date === undefined ? Date.UTC(year, month + 1, 1) : from + day
  return Number.isFinite(from) && Number.isFinite(until) ? [{ from, until: until - 1, named }] : []
}

const relativeForm = new RegExp(
  `\\b(?:(yesterday|today)|(?:(last|this|past)|(\\d{1,3}|an?|two|three|four|five|six)) (week|weekend|month|year|day)s?( ago)?|(?:on|last) (${weekdays.join('|')}))\\b`,
  'gi',
)
const numbers: Readonly<Record<string, number>> = { a: 1, an: 1, two: 2, three: 3, four: 4, five: 5, six: 6 }
const lengths: Readonly<Record<string, number>> = {
  day,
  week: 7 * day,
  weekend: 7 * day,
  month: 30 * day,
  year: 365 * day,
}

function relatives(text: string, now: number): Shown[] {
  const today = now - (now % day)
  return [...text.matchAll(relativeForm)].flatMap(([named, near, which, count, unit = '', ago, weekday]): Shown[] => {
    if (near !== undefined) {
      const from = near.toLowerCase() === 'today' ? today : today - day
      return [{ from, until: from + day - 1, named }]
    }
    if (weekday !== undefined) {
      const back = (new Date(today).getUTCDay() - weekdays.indexOf(weekday.toLowerCase()) + 7) % 7 || 7
      return [{ from: today - back * day, until: today - (back - 1) * day - 1, named }]
    }
    const length = lengths[unit.toLowerCase()] ?? day
    if (which !== undefined) return [lastOf(which.toLowerCase(), unit.toLowerCase(), today, named)]
    if (ago === undefined) return []
    const at = today - (numbers[count?.toLowerCase() ?? ''] ?? Number(count)) * length
    // Whoever says "three weeks ago" means it by half a week.
    return [{ from: at - length / 2, until: at + length / 2 + day - 1, named }]
  })
}

/** The calendar's year and month; weeks and days back from today. */
function lastOf(which: string, unit: string, today: number, named: string): Shown {
  const date = new Date(today)
  const before = which === 'this' ? 0 : 1
  if (unit === 'year') {
    const year = date.getUTCFullYear() - before
    return { from: Date.UTC(year, 0, 1), until: Date.UTC(year + 1, 0, 1) - 1, named }
  }
  if (unit === 'month') {
    const month = date.getUTCMonth() - before
    return {
      from: Date.UTC(date.getUTCFullYear(), month, 1),
      until: Date.UTC(date.getUTCFullYear(), month + 1, 1) - 1,
      named,
    }
  }
  const monday = today - ((date.getUTCDay() + 6) % 7) * day
  const from = monday - before * 7 * day
  return { from, until: from + 7 * day - 1, named }
}

function dayOf(shown: number): string {
  return new Date(shown).toISOString().replace(/T.*/, '')
}
