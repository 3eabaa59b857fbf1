import { expect, test } from 'vitest'
import { type CompanySpec, schedule } from '../../src/index.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { openScheduled, report, type ScheduledCompany } from './company.ts'

type CatchUp = 'skip' | 'once' | 'all'

const daily = (catchUp: CatchUp, cron = '0 9 * * *'): Partial<CompanySpec> => ({
  schedules: [schedule({ name: 'daily', workflow: report, cron, catchUp })],
})

/** A company that worked until Monday evening, was off for a week, and is at work again next Monday at noon. */
async function offForAWeek(catchUp: CatchUp): Promise<ScheduledCompany> {
  const first = await openScheduled(daily(catchUp))
  await first.pass(hours(12))
  expect(await first.started()).toEqual(['2026-03-02T09:00 at 2026-03-02T08:00:00Z'])
  await first.close()
  await first.clock.advance(days(6.75))
  const again = await openScheduled(daily(catchUp), first)
  await again.os.idle()
  return again
}

const monday = '2026-03-02T09:00'
const week = [3, 4, 5, 6, 7, 8, 9].map((day) => `2026-03-0${day}T09:00`)

test('skip: what fell due while the company was off for a week is passed over, and told', async () => {
  const company = await offForAWeek('skip')
  expect(await company.occurrences('daily')).toEqual([monday])
  expect(await company.payloads('schedule.passed')).toMatchObject([
    { name: 'daily', from: week[0], until: week[6], count: 7, next: { nominal: '2026-03-10T09:00' } },
  ])
})

test('once: one run for the whole week, under the latest of its names', async () => {
  const company = await offForAWeek('once')
  expect(await company.occurrences('daily')).toEqual([monday, week[6]])
  expect(await company.payloads('schedule.passed')).toMatchObject([{ from: week[0], until: week[5], count: 6 }])
})

test('all: one run for each day, in order', async () => {
  const company = await offForAWeek('all')
  expect(await company.started()).toEqual([
    `${monday} at 2026-03-02T08:00:00Z`,
    ...week.map((nominal) => `${nominal} at 2026-03-09T13:00:00Z`),
  ])
  expect(await company.payloads('schedule.passed')).toEqual([])
})

test.each<CatchUp>(['skip', 'once', 'all'])(
  '%s: the next one after catching up comes on its own day',
  async (catchUp) => {
    const company = await offForAWeek(catchUp)
    await company.pass(days(1))
    expect((await company.started()).at(-1)).toBe('2026-03-10T09:00 at 2026-03-10T08:00:00Z')
  },
)

test.each<CatchUp>(['skip', 'once', 'all'])('%s: what is a few minutes late is on time', async (catchUp) => {
  const first = await openScheduled(daily(catchUp))
  await first.close()
  await first.clock.advance((hours(1) + minutes(4)) as never)
  const again = await openScheduled(daily(catchUp), first)
  await again.os.idle()
  expect(await again.started()).toEqual(['2026-03-02T09:00 at 2026-03-02T08:04:00Z'])
  expect(await again.payloads('schedule.passed')).toEqual([])
})

test('while the company is paused nothing fires; once it resumes, what was missed is caught up', async () => {
  const company = await openScheduled(daily('once'))
  await company.os.pause('a wrong invoice')
  await company.clock.advance(days(3))
  await company.os.idle()
  expect(await company.started()).toEqual([])
  await company.os.resume('mended')
  await company.os.idle()
  expect(await company.started()).toEqual(['2026-03-04T09:00 at 2026-03-05T07:00:00Z'])
})

test('of more than a thousand that are missed, the latest thousand are started, and the rest is told', async () => {
  const first = await openScheduled(daily('all', '* * * * *'))
  await first.close()
  await first.clock.advance(days(70)) // 100,800 minutes
  const again = await openScheduled(daily('all', '* * * * *'), first)
  await again.chores.idle()
  const nominals = await again.occurrences('daily')
  // The clocks went forward meanwhile: it is 9 o'clock in Berlin.
  expect([nominals.length, nominals[0], nominals.at(-1)]).toEqual([1000, '2026-05-10T16:21', '2026-05-11T09:00'])
  expect(await again.payloads('schedule.passed')).toMatchObject([
    { from: '2026-03-02T08:01', until: '2026-05-10T16:20', count: null, next: { nominal: '2026-05-10T16:21' } },
  ])
})

test('a hundred thousand missed ones are passed over at once', async () => {
  const first = await openScheduled(daily('skip', '* * * * *'))
  await first.close()
  await first.clock.advance(days(70))
  const again = await openScheduled(daily('skip', '* * * * *'), first)
  await again.chores.idle()
  // Those of the last five minutes are on time.
  expect(await again.occurrences('daily')).toHaveLength(6)
  expect(await again.payloads('schedule.passed')).toMatchObject([{ until: '2026-05-11T08:54', count: null }])
})
