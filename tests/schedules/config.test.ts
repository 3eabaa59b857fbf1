import { expect, test } from 'vitest'
import { schedule } from '../../src/index.ts'
import type { ConfiguredSchedule } from '../../src/os/config.ts'
import { setSchedule } from '../../src/queue/schedule.ts'
import { Refusal } from '../../src/values/fault.ts'
import { days, hours, instant, minutes } from '../../src/values/time.ts'
import { openScheduled, report } from './company.ts'

const weekly = { name: 'weekly', workflow: report, cron: '0 9 * * MON' } as const

async function refusalOf(...schedules: ConfiguredSchedule[]): Promise<string> {
  try {
    await openScheduled({ schedules })
    return 'opened'
  } catch (error) {
    if (error instanceof Refusal) return `${error.fault.code}: ${error.fault.message}`
    throw error
  }
}

test.each<[string, ConfiguredSchedule[], string]>([
  [
    'a cron that is none',
    [{ ...weekly, cron: 'every monday' }],
    'schedule "weekly": The schedule weekly does not fit: "every monday" is no cron expression',
  ],
  ['a zone that is none', [{ ...weekly, timeZone: 'Europe/Pragg' }], '"Europe/Pragg" is not a time zone'],
  ['a workflow that is not the company’s', [{ ...weekly, workflow: { name: 'reprot' } }], 'Did you mean "report"?'],
  ['an input that does not fit', [{ ...weekly, input: { text: 7 } }], 'The input of report does not fit: text:'],
  ['two of one name', [weekly, weekly], 'two schedules have this name'],
  ['a name that is none', [{ ...weekly, name: 'Weekly!' }], 'small letters, digits and hyphens'],
])('%s keeps the company from opening', async (_what, schedules, why) => {
  const refusal = await refusalOf(...schedules)
  expect(refusal).toContain('config.invalid: ')
  expect(refusal).toContain(why)
})

test('opening again changes nothing', async () => {
  const spec = { schedules: [schedule(weekly)] }
  const first = await openScheduled(spec)
  await first.close()
  const again = await openScheduled(spec, first)
  expect(await again.payloads('schedule.set')).toHaveLength(1)
})

test('who changes only what is done keeps what was missed; who changes the time begins anew', async () => {
  const first = await openScheduled({ schedules: [schedule({ ...weekly, cron: '0 9 * * *' })] })
  await first.close()
  await first.clock.advance(days(2))
  const input = { ...weekly, cron: '0 9 * * *', input: { text: 'other' } }
  const second = await openScheduled({ schedules: [schedule(input)] }, first)
  expect(await second.schedule('weekly')).toMatchObject({ next_nominal: '2026-03-02T09:00' })
  await second.close()
  const third = await openScheduled({ schedules: [schedule({ ...input, cron: '0 8 * * *' })] }, first)
  expect(await third.schedule('weekly')).toMatchObject({ next_nominal: '2026-03-05T08:00' })
})

test('a schedule that leaves the config is removed, and may come back', async () => {
  const first = await openScheduled({ schedules: [schedule(weekly)] })
  await first.close()
  const second = await openScheduled({}, first)
  expect(await second.payloads('schedule.removed')).toMatchObject([
    { name: 'weekly', why: expect.stringContaining('soloist.config.ts') },
  ])
  expect(await second.os.nextDue()).toBeUndefined()
  await second.close()
  const third = await openScheduled({ schedules: [schedule(weekly)] }, first)
  await third.pass(hours(1))
  expect(await third.occurrences('weekly')).toEqual(['2026-03-02T09:00'])
})

test('the config wins a name that the operator had given', async () => {
  const first = await openScheduled({})
  await first.call('schedules.add', { name: 'weekly', workflow: 'report', cron: '0 12 * * *' })
  await first.close()
  const again = await openScheduled({ schedules: [schedule(weekly)] }, first)
  expect(await again.schedule('weekly')).toMatchObject({ source: 'config', cron: '0 9 * * MON' })
})

test('an occurrence that was computed by old rules of a time zone is put right on opening', async () => {
  const spec = { schedules: [schedule(weekly)] }
  const first = await openScheduled(spec)
  const { next_nominal: nominal, next_at: at } = await first.schedule('weekly')
  const terms = {
    source: 'config',
    workflow: 'report',
    cron: weekly.cron,
    timeZone: 'Europe/Berlin',
    catchUp: 'once',
    input: {},
  } as const
  const next = { nominal: nominal!, at: instant(at! + minutes(30)) }
  await first.kernel.store.write((tx) =>
    setSchedule(tx, first.kernel.journal, { name: 'weekly', terms, next, origin: 'system' }),
  )
  await first.close()
  const again = await openScheduled(spec, first)
  expect(await again.schedule('weekly')).toMatchObject({ next_nominal: nominal, next_at: at })
})

test('a time zone that is changed westwards does not make a day happen twice', async () => {
  const first = await openScheduled({ schedules: [schedule({ ...weekly, cron: '0 9 * * *' })] })
  await first.pass(hours(2))
  await first.close()
  const moved = { ...weekly, cron: '0 9 * * *', timeZone: 'America/New_York' }
  const again = await openScheduled({ schedules: [schedule(moved)] }, first)
  await again.pass(days(2))
  expect(await again.occurrences('weekly')).toEqual(['2026-03-02T09:00', '2026-03-03T09:00'])
  expect(await again.payloads('schedule.passed')).toMatchObject([{ from: '2026-03-02T09:00', count: 1 }])
})
