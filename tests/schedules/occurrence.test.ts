import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cron, readCron } from '../../src/queue/cron.ts'
import { dueSince, type Occurrence, occurrenceAfter, occurrenceFrom } from '../../src/queue/occurrence.ts'
import { days, hours, type Instant, instant, later } from '../../src/values/time.ts'
import { cronTexts } from './cron-texts.ts'
import { firings, zones } from './oracle.ts'

const full = Boolean(process.env.PROOF)
const seed = Number(process.env.SEED ?? 1)
const fiveYears = days(5 * 365.25)

function cronIn(text: string): Cron {
  const cron = readCron(text)
  if (!cron.ok) throw new TypeError(cron.why)
  return cron.value
}

/** What the product says, in the words of the oracle. */
function fires(text: string, timeZone: string, span: { from: Instant; until: Instant; most: number }): Occurrence[] {
  const cron = cronIn(text)
  const found: Occurrence[] = []
  let next = occurrenceFrom(cron, timeZone, span.from)
  while (next !== undefined && next.at <= span.until && found.length < span.most) {
    found.push(next)
    next = occurrenceAfter(cron, timeZone, next.nominal)
  }
  return found
}

const said = ({ nominal, at }: Occurrence): string => `${nominal} = ${new Date(at).toISOString()}`

// To the minute: between 2008 and 2032, so that five years see every kind of change that these zones made.
const starts = fc
  .integer({ min: Date.UTC(2008, 0) / 60_000, max: Date.UTC(2032, 0) / 60_000 })
  .map((minute) => instant(minute * 60_000))

describe.each(zones)('five years in %s', (timeZone) => {
  test('every expression fires when an independent library and a walk through time say, and at no other time', () => {
    const most = full ? 20_000 : 250
    const property = fc.property(cronTexts, starts, (text, from) => {
      const span = { from, until: later(from, fiveYears), most }
      expect(fires(text, timeZone, span).map(said)).toEqual(firings(text, timeZone, span))
    })
    fc.assert(property, { numRuns: full ? 200 : 5, seed })
  })

  test('every day around each change of the clock, at each half hour', () => {
    const from = instant(Date.UTC(2010, 0, 1))
    const span = { from, until: later(from, fiveYears), most: 1e9 }
    const texts = full
      ? [...Array(48).keys()].map((half) => `${(half % 2) * 30} ${half >> 1} * * *`)
      : ['30 2 * * *', '0 0 * * *']
    for (const text of texts) {
      const found = fires(text, timeZone, span)
      expect(found.map(said)).toEqual(firings(text, timeZone, span))
      expect(new Set(found.map((one) => one.nominal)).size).toBe(found.length)
    }
  })

  test('of very many that are due, the latest are found without walking to them', () => {
    const property = fc.property(cronTexts, starts, fc.integer({ min: 1, max: 60 }), (text, from, most) => {
      const [first] = fires(text, timeZone, { from, until: later(from, fiveYears), most: 1 })
      if (first === undefined) return
      const now = later(first.at, days(4))
      const all = fires(text, timeZone, { from, until: now, most: 1e9 })
      const due = dueSince(cronIn(text), timeZone, first, now, most)
      expect(due.occurrences).toEqual(all.slice(-most))
      expect(due.more).toBe(all.length > most)
    })
    fc.assert(property, { numRuns: full ? 100 : 4, seed })
  })
})

test.each([
  ['a repeated hour fires once, at its first pass', '30 2 * * *', 'Europe/Berlin', '2026-10-25', ['02:30 = 00:30']],
  ['a skipped one fires at the end of the skip', '30 2 * * *', 'Europe/Berlin', '2026-03-29', ['02:30 = 01:00']],
  ['half an hour is skipped at Lord Howe', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03', ['02:15 = 15:30']],
  [
    'an hour that is skipped at midnight is the first of its day',
    '15 0 * * *',
    'America/Santiago',
    '2026-09-06',
    ['00:15 = 04:00'],
  ],
])('%s', (_what, text, timeZone, day, expected) => {
  const from = instant(Date.parse(`${day}T00:00Z`) - 2 * 3_600_000)
  const found = fires(text, timeZone, { from, until: later(from, days(1)), most: 99 })
  const short = (text: string) => text.slice(11, 16)
  expect(found.map(({ nominal, at }) => `${short(nominal)} = ${short(new Date(at).toISOString())}`)).toEqual(expected)
})

test('all that a skipped hour throws onto one instant is one occurrence, under the last of its names', () => {
  const from = instant(Date.UTC(2026, 2, 29, 0, 30))
  const found = fires('*/15 * * * *', 'Europe/Berlin', { from, until: instant(Date.UTC(2026, 2, 29, 1, 20)), most: 99 })
  expect(found.map(said)).toEqual([
    '2026-03-29T01:45 = 2026-03-29T00:45:00.000Z',
    '2026-03-29T03:00 = 2026-03-29T01:00:00.000Z',
    '2026-03-29T03:15 = 2026-03-29T01:15:00.000Z',
  ])
})

test('who begins in the second pass of a repeated hour does not get its times again', () => {
  const from = instant(Date.UTC(2026, 9, 25, 1, 10))
  const found = fires('*/30 * * * *', 'Europe/Berlin', { from, until: later(from, hours(1.5)), most: 99 })
  expect(found.map(said)).toEqual([
    '2026-10-25T03:00 = 2026-10-25T02:00:00.000Z',
    '2026-10-25T03:30 = 2026-10-25T02:30:00.000Z',
  ])
})

test('what came at one instant counts as one of the latest, too', () => {
  const [text, timeZone] = ['*/15 * * * *', 'Europe/Berlin']
  const [first] = fires(text, timeZone, {
    from: instant(Date.UTC(2026, 2, 28)),
    until: instant(Date.UTC(2026, 2, 29)),
    most: 1,
  })
  const due = dueSince(cronIn(text), timeZone, first!, instant(Date.UTC(2026, 2, 29, 1, 20)), 3)
  expect(due.occurrences.map((one) => one.nominal)).toEqual([
    '2026-03-29T01:45',
    '2026-03-29T03:00',
    '2026-03-29T03:15',
  ])
  expect(due.more).toBe(true)
})

test('the day that Apia left out is made up for at its end', () => {
  const from = instant(Date.UTC(2011, 11, 29, 12))
  const found = fires('0 9 * * *', 'Pacific/Apia', { from, until: later(from, days(2)), most: 99 })
  expect(found.map(said)).toEqual([
    '2011-12-29T09:00 = 2011-12-29T19:00:00.000Z',
    '2011-12-30T09:00 = 2011-12-30T10:00:00.000Z',
    '2011-12-31T09:00 = 2011-12-30T19:00:00.000Z',
  ])
})

test.each([
  ['61 * * * *', 'no cron expression'],
  ['* * * *', 'no cron expression'],
  ['0 0 9 * * *', 'no cron expression'],
  ['0 9 * * FOO', 'no cron expression'],
  ['? 9 * * *', 'no time'],
  ['0 0 30 2 *', 'fits no day'],
  ['', 'no cron expression'],
])('"%s" is refused: %s', (text, why) => {
  expect(readCron(text)).toEqual({ ok: false, why: expect.stringContaining(why) })
})
