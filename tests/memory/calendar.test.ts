import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { calendarOf } from '../../src/memory/calendar.ts'
import { spansIn } from '../../src/memory/dates.ts'
import { openRecall } from '../../src/memory/open-recall.ts'
import { instant } from '../../src/values/time.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
beforeEach(async () => {
  company = await openRemembering()
})
afterEach(() => company.close())

// Noon in Auckland, the evening before in UTC.
const wednesday = instant(Date.UTC(2026, 2, 10, 23))

test('yesterday, last week and a date are days of the operator', () => {
  const auckland = calendarOf('Pacific/Auckland')
  const [yesterday, week, date] = spansIn('yesterday, last week, 3 May 2025', wednesday, auckland).toSorted(
    (one, other) => (one.named < other.named ? 1 : -1),
  )
  expect(yesterday).toMatchObject({ named: 'yesterday', days: ['2026-03-10', '2026-03-10'] })
  expect(yesterday).toMatchObject({ from: Date.UTC(2026, 2, 9, 11), until: Date.UTC(2026, 2, 10, 11) - 1 })
  expect(week?.days).toEqual(['2026-03-02', '2026-03-08'])
  expect(date).toMatchObject({ days: ['2025-05-03', '2025-05-03'], from: Date.UTC(2025, 4, 2, 12) })
})

test('a day on which the clock is changed has 23 hours, or 25', () => {
  const hours = (date: string) =>
    spansIn(date, wednesday, calendarOf('Europe/Prague')).map(({ from, until }) => (until + 1 - from) / 3_600_000)
  expect(hours('2026-03-29')).toEqual([23])
  expect(hours('2026-10-25')).toEqual([25])
})

test('what the wall shows was then, in any zone, but for an hour that is shown twice', () => {
  const zones = ['UTC', 'Europe/Prague', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns']
  for (const zone of zones) {
    const calendar = calendarOf(zone)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
        const again = calendar.instant(calendar.wall(instant(at)))
        return again === at || calendar.wall(instant(again)) === calendar.wall(instant(at))
      }),
    )
  }
})

test('a line stands under the date that the operator had', async () => {
  const ana = await company.person('Ana')
  await company.say(ana, 'The harvest is sold.', { at: Date.UTC(2025, 11, 31, 23, 30) })
  const headIn = async (timeZone: string) => {
    const recall = openRecall({ ...company, passages: company.memory.passages, timeZone })
    const { lines } = await recall({ query: 'harvest', identity: ana, budget: 100 })
    return lines[0]?.text.split('\n')[0]
  }
  expect(await headIn('UTC')).toBe('31 December 2025')
  expect(await headIn('Europe/Prague')).toBe('1 January 2026')
  expect(await headIn('America/New_York')).toBe('31 December 2025')
})
