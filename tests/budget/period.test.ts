import { assert, constantFrom, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { nextPeriod, periodOf } from '../../src/budget/period.ts'
import { days, instant } from '../../src/values/time.ts'

const at = (text: string) => instant(Temporal.Instant.from(text).epochMilliseconds)

// Whole hours and not, both hemispheres, no summer time, a day that never was (Apia 2011, Kiritimati 1994), midnights that are skipped
// (São Paulo, Asunción, Beirut, Cairo) and one that is repeated past it (St. John's, until 2011 at a minute past midnight).
const zones = [
  'UTC',
  'Europe/Prague',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Asuncion',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'Pacific/Chatham',
] as const

test('a month begins when it begins where the operator is', () => {
  expect(periodOf(at('2026-03-31T22:30:00Z'), 'UTC')).toBe('2026-03')
  expect(periodOf(at('2026-03-31T22:30:00Z'), 'Europe/Berlin')).toBe('2026-04')
  expect(periodOf(at('2026-01-01T04:59:59Z'), 'America/New_York')).toBe('2025-12')
  expect(periodOf(at('2026-01-01T05:00:00Z'), 'America/New_York')).toBe('2026-01')
})

test('a time zone that does not exist is refused', () => {
  expect(() => periodOf(at('2026-03-31T22:30:00Z'), 'Mars/Olympus')).toThrow(RangeError)
})

test('every month of seventy years follows the one before, and begins at the first moment of its first day', () => {
  for (const zone of zones) {
    let here = at('1975-01-15T12:00:00Z')
    let month = Temporal.PlainYearMonth.from('1975-01')
    for (let count = 0; count < 70 * 12; count += 1) {
      month = month.add({ months: 1 })
      const { period, begins } = nextPeriod(here, zone)
      const first = month.toPlainDate({ day: 1 }).toZonedDateTime(zone)
      if (period !== month.toString() || begins !== first.epochMilliseconds || periodOf(begins, zone) !== period)
        throw new Error(
          `${zone}: after ${new Date(here).toISOString()} comes ${period} at ${new Date(begins).toISOString()}`,
        )
      here = begins
    }
  }
})

test('from any moment the next month lies ahead, is another one, and is where it is said to begin', () => {
  const earliest = Date.UTC(1975, 0)
  const moments = integer({ min: earliest, max: Date.UTC(2045, 0) })
  // Around the turn of a month, where clocks may be set at the same time.
  const turns = integer({ min: 0, max: 12 * 70 - 1 }).map((month) => Date.UTC(1975, month))
  assert(
    property(
      constantFrom(...zones),
      moments,
      turns,
      integer({ min: -86_400_000, max: 86_400_000 }),
      (zone, any, turn, off) => {
        for (const moment of [instant(any), instant(turn + off)]) {
          const { period, begins } = nextPeriod(moment, zone)
          expect(begins).toBeGreaterThan(moment)
          expect(begins - moment).toBeLessThanOrEqual(days(32))
          expect(periodOf(begins, zone)).toBe(period)
          expect(period > periodOf(moment, zone)).toBe(true)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test.each([
  // At a minute past midnight on 1 November 2009 clocks went back to a minute past eleven: October came again.
  ['America/St_Johns', '2009-11-01T02:45:00Z', '2009-10', '2009-11-01T03:30:00Z'],
  // On 1 October 2017 the clocks of Asunción went from midnight to one.
  ['America/Asuncion', '2017-09-30T12:00:00Z', '2017-09', '2017-10-01T04:00:00Z'],
  ['Pacific/Apia', '2011-12-15T12:00:00Z', '2011-12', '2011-12-31T10:00:00Z'],
])('in %s the month after %s begins when clocks say so', (zone, moment, month, begins) => {
  expect(periodOf(at(moment), zone)).toBe(month)
  expect(new Date(nextPeriod(at(moment), zone).begins).toISOString()).toBe(
    at(begins) && new Date(at(begins)).toISOString(),
  )
})
