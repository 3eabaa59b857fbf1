import { expect, test } from 'vitest'
import { type Hours, isOpen, opensAt, readHours } from '../../src/budget/hours.ts'
import { instant } from '../../src/values/time.ts'

const minute = 60_000
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const
// The day before each change of the clock in 2026, in UTC.
const changes = {
  'Europe/Berlin': ['2026-03-28', '2026-10-24'],
  'America/New_York': ['2026-03-07', '2026-10-31'],
  'Australia/Lord_Howe': ['2026-04-03', '2026-10-02'],
} as const
// In CI the days around a change; in the whole proof, which takes minutes, the weeks.
const full = Boolean(process.env.PROOF)
const span = full ? { before: 5, length: 14 } : { before: 0, length: 2 }
const beginOf = (day: string): number => Date.parse(`${day}T00:00Z`) - span.before * 1440 * minute

interface Stretch {
  readonly text: string
  readonly days: readonly string[]
  readonly from: string
  readonly until: string
}
interface Shown {
  readonly day: string
  readonly date: string
  readonly time: string
}

const every = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const stretches: readonly Stretch[] = [
  { text: '22:00-06:00', days: every, from: '22:00', until: '06:00' },
  { text: '02:15-02:45', days: every, from: '02:15', until: '02:45' },
  { text: '01:50-02:10', days: every, from: '01:50', until: '02:10' },
  { text: '02:30-03:30', days: every, from: '02:30', until: '03:30' },
  { text: 'mon-fri 18:00-08:00', days: every.slice(0, 5), from: '18:00', until: '08:00' },
  { text: 'sat-sun 00:00-24:00', days: ['Sat', 'Sun'], from: '00:00', until: '24:00' },
  { text: 'sun 01:30-02:30', days: ['Sun'], from: '01:30', until: '02:30' },
  { text: 'fri-mon 12:00-13:00', days: ['Fri', 'Sat', 'Sun', 'Mon'], from: '12:00', until: '13:00' },
]

/** What the clock on the wall shows at each minute, by Intl and not by Temporal: the day's name, its number, and the time. */
function shownIn(timeZone: string, begin: number, count: number): Shown[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  // A day before, for what began then.
  return Array.from({ length: count + 1440 }, (_, index) => {
    const at = begin + (index - 1440) * minute
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const date = `${parts.year}-${parts.month}-${parts.day}`
    return { day: parts.weekday ?? '', date, time: `${parts.hour}:${parts.minute}` }
  })
}

/**
 * An independent walk, minute by minute: whether they are open while the clock shows what it shows. A clock that goes back shows what
 * it has shown already: until it is past that, the latest that it has shown counts.
 */
function walk({ days, from, until }: Stretch, shown: readonly Shown[]): boolean[] {
  const yesterday = (day: string): string => every[(every.indexOf(day) + 6) % 7]!
  let latest = { day: '', date: '', time: '' }
  const open = shown.map((now) => {
    if (`${now.date} ${now.time}` > `${latest.date} ${latest.time}`) latest = now
    const { day, time } = latest
    if (until === '24:00' || from < until) return days.includes(day) && time >= from && time < until
    return (days.includes(day) && time >= from) || (days.includes(yesterday(day)) && time < until)
  })
  return open.slice(1440)
}

function hoursOf(text: string): Hours {
  const read = readHours(text)
  if (!read.ok) throw new TypeError(read.why)
  return read.value
}

test.each(zones)(
  'around each change of the clock hours are open, and open next, as an independent walk says, in %s',
  (zone) => {
    for (const day of changes[zone]) {
      const start = beginOf(day)
      const shown = shownIn(zone, start, span.length * 1440)
      for (const stretch of stretches) {
        const hours = hoursOf(stretch.text)
        const walked = walk(stretch, shown)
        const wrong: string[] = []
        // All begin and end at a fifth minute, and so does every change of the clock.
        for (let index = 0; index < walked.length; index += 5) {
          const at = instant(start + index * minute)
          if (isOpen(hours, at, zone) !== walked[index]) wrong.push(`${stretch.text} at ${new Date(at).toISOString()}`)
          const next = walked.indexOf(true, index)
          if (index % 95 !== 0 || next < 0) continue
          if (opensAt(hours, at, zone) !== start + next * minute) wrong.push(`${stretch.text} opens after ${index}`)
        }
        expect(wrong, day).toEqual([])
      }
    }
  },
)

test.each([
  ['', 'names no hours'],
  ['22:00', 'names no hours'],
  ['22:00-22:00', 'names no hours'],
  ['24:00-06:00', 'names no hours'],
  ['25:00-06:00', 'names no hours'],
  ['mon', 'names no hours'],
  ['monday 10:00-12:00', 'names no hours'],
  ['xyz 10:00-12:00', 'names no hours'],
  ['10:00-12:00, fri', 'names no hours'],
])('%j is no window', (text, why) => {
  const read = readHours(text)
  expect(read.ok ? '' : read.why).toContain(why)
})

test('several stretches, each with days of its own, are one window', () => {
  const hours = hoursOf('mon,wed 12:00-14:00, Sat-Sun 00:00-24:00')
  const open = (text: string): boolean => isOpen(hours, instant(Date.parse(`${text}Z`)), 'UTC')
  const asked = ['2026-03-09T12:00', '2026-03-10T12:00', '2026-03-11T13:59', '2026-03-11T14:00', '2026-03-14T23:59']
  expect(asked.map(open)).toEqual([true, false, true, false, true])
})
