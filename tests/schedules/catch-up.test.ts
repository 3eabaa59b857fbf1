import { expect, test } from 'vitest'
import { schedule } from '../../src/index.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { openScheduled, report } from './company.ts'

const daily = (catchUp: 'skip' | 'once' | 'all') =>
  schedule({ name: 'daily', workflow: report, cron: '0 9 * * *', catchUp })

/** A company that worked until Monday evening, was off for a week, and is at work again next Monday at noon. */
async function offForAWeek(catchUp: 'skip' | 'once' | 'all', cron = '0 9 * * *') {
  const spec = { schedules: [schedule({ name: 'daily', workflow: report, cron, catchUp })] }
  const first = await openScheduled(spec)
  first.os.work()
  await first.clock.advance(hours(12))
  await first.close()
  await first.clock.advance((days(7) - hours(8)) as never)
  const again = await openScheduled(spec, first)
  await again.os.idle()
  return again
}

test('skip: what fell due while the company was off for a week is passed over, and told', async () => {
  const company = await offForAWeek('skip')
  expect(await company.started()).toEqual(['2026-03-02T09:00 at 2026-03-02T08:00:00Z'])
  expect(await company.payloads('schedule.passed')).toMatchObject([
    { name: 'daily', from: '2026-03-03T09:00', until: '2026-03-09T09:00', count: 7 },
  ])
})

test('once: one run for the whole week, under the latest of its names', async () => {
  const company = await offForAWeek('once')
  expect(await company.occurrences('daily')).toEqual(['2026-03-02T09:00', '2026-03-09T09:00'])
})

test('all: one run for each day, in order', async () => {
  const company = await offForAWeek('all')
  expect(await company.started()).toHaveLength(8)
})
