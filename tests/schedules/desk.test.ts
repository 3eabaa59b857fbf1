import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { keptSchema } from '../../scripts/dump-schema.ts'
import { schedule } from '../../src/index.ts'
import { unindexed } from '../../src/testing/index-check.ts'
import { Refusal } from '../../src/values/fault.ts'
import type { Json } from '../../src/values/json.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { openScheduled, report, type ScheduledCompany } from './company.ts'

const weekly = { name: 'weekly', workflow: report, cron: '0 9 * * MON' } as const
const mine = { name: 'mine', workflow: 'report', cron: '30 17 * * *' }

async function codeOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.fault.code
    throw error
  }
}

const listed = async (company: ScheduledCompany) =>
  ((await company.call('schedules.list')) as { items: Record<string, Json>[] }).items

test('the operator adds a schedule while the company is at work, and it fires in their time zone', async () => {
  const company = await openScheduled({})
  company.os.work()
  const added = await company.call('schedules.add', { ...mine, input: { text: 'hello' } })
  expect(added).toMatchObject({
    source: 'operator',
    timeZone: 'Europe/Berlin',
    catchUp: 'once',
    input: { text: 'hello' },
    next: { nominal: '2026-03-02T17:30' },
  })
  await company.clock.advance(hours(10))
  await company.os.idle()
  expect(await company.started()).toHaveLength(1)
  const [run] = await company.payloads('run.started')
  expect(run).toMatchObject({ input: { text: 'hello' }, schedule: { name: 'mine', nominal: '2026-03-02T17:30' } })
  const [line] = await listed(company)
  expect(line).toMatchObject({ last: { nominal: '2026-03-02T17:30' }, next: { nominal: '2026-03-03T17:30' } })
})

test('a run that a schedule starts comes from the system', async () => {
  const company = await openScheduled({ schedules: [schedule(weekly)] })
  await company.pass(hours(1))
  const rows = await company.kernel.store.read.selectFrom('runs').select('origin').execute()
  expect(rows).toEqual([{ origin: 'system' }])
})

test('one timer is set for the next due instant, and none without schedules', async () => {
  const idle = await openScheduled({})
  idle.os.work()
  await idle.clock.advance(minutes(1))
  expect(idle.clock.waiting()).toEqual([])
  const company = await openScheduled({
    schedules: [schedule(weekly), schedule({ ...weekly, name: 'later', cron: '0 9 * * TUE' })],
  })
  company.os.work()
  await company.clock.advance(minutes(1))
  expect(company.clock.waiting()).toEqual([Date.parse('2026-03-02T08:00Z')])
})

test('health says what fires next', async () => {
  const company = await openScheduled({ schedules: [schedule(weekly)] })
  expect(await company.call('company.health')).toMatchObject({
    nextScheduled: { name: 'weekly', at: Date.parse('2026-03-02T08:00Z') },
    nextDue: Date.parse('2026-03-02T08:00Z'),
  })
})

test('what fell due while a schedule was paused is not made up for', async () => {
  const company = await openScheduled({ schedules: [schedule({ ...weekly, cron: '0 9 * * *', catchUp: 'all' })] })
  expect(await company.call('schedules.pause', { name: 'weekly' })).toMatchObject({ state: 'paused', next: null })
  await company.call('schedules.pause', { name: 'weekly' })
  await company.pass(days(3))
  expect(await company.call('schedules.resume', { name: 'weekly' })).toMatchObject({
    next: { nominal: '2026-03-05T09:00' },
  })
  await company.call('schedules.resume', { name: 'weekly' })
  await company.pass(days(1))
  expect(await company.occurrences('weekly')).toEqual(['2026-03-05T09:00'])
  expect((await company.payloads('schedule.paused')).length + (await company.payloads('schedule.resumed')).length).toBe(
    2,
  )
})

test('a pause outlives a restart and a change of the config', async () => {
  const first = await openScheduled({ schedules: [schedule(weekly)] })
  await first.call('schedules.pause', { name: 'weekly' })
  await first.close()
  const again = await openScheduled({ schedules: [schedule({ ...weekly, cron: '0 10 * * MON' })] }, first)
  expect(await listed(again)).toMatchObject([{ state: 'paused', cron: '0 10 * * MON', next: null }])
})

test('a schedule of the config cannot be removed, one of the operator can, and its name is free again', async () => {
  const company = await openScheduled({ schedules: [schedule(weekly)] })
  expect(await codeOf(company.call('schedules.remove', { name: 'weekly' }))).toBe('schedule.configured')
  await company.call('schedules.add', mine)
  expect(await codeOf(company.call('schedules.add', mine))).toBe('schedule.taken')
  expect(await codeOf(company.call('schedules.add', { ...mine, name: 'weekly' }))).toBe('schedule.taken')
  expect(await company.call('schedules.remove', { name: 'mine' })).toEqual({ name: 'mine' })
  await company.pass(days(1))
  expect(await company.occurrences('mine')).toEqual([])
  await company.call('schedules.add', mine)
  expect((await listed(company)).map((line) => line.name)).toEqual(['mine', 'weekly'])
})

test.each([
  ['schedules.add', { ...mine, cron: '61 * * * *' }, 'input.invalid'],
  ['schedules.add', { ...mine, timeZone: 'Mars/Olympus' }, 'input.invalid'],
  ['schedules.add', { ...mine, name: 'My Schedule' }, 'input.invalid'],
  ['schedules.add', { ...mine, workflow: 'reprot' }, 'input.unknown'],
  ['schedules.add', { ...mine, input: { text: 7 } }, 'input.invalid'],
  ['schedules.add', { ...mine, catchUp: 'twice' }, 'input.invalid'],
  ['schedules.pause', { name: 'nobody' }, 'input.unknown'],
  ['schedules.resume', { name: 'nobody' }, 'input.unknown'],
  ['schedules.remove', { name: 'nobody' }, 'input.unknown'],
  ['schedules.next', { name: 'nobody' }, 'input.unknown'],
])('%s refuses %j with %s, and nothing is made', async (operation, input, code) => {
  const company = await openScheduled({})
  expect(await codeOf(company.call(operation, input as Json))).toBe(code)
  expect(await listed(company)).toEqual([])
})

test('the next times of a schedule are told over a change of the clock', async () => {
  const company = await openScheduled({})
  await company.call('schedules.add', { ...mine, cron: '30 2 28-30 3 *' })
  const { items } = (await company.call('schedules.next', { name: 'mine', count: 3 })) as {
    items: { nominal: string; at: number }[]
  }
  expect(items.map(({ nominal, at }) => `${nominal} = ${new Date(at).toISOString().slice(0, 16)}`)).toEqual([
    '2026-03-28T02:30 = 2026-03-28T01:30',
    '2026-03-29T02:30 = 2026-03-29T01:00',
    '2026-03-30T02:30 = 2026-03-30T00:30',
  ])
})

test('no query of schedules walks a table that grows', async () => {
  const company = await openScheduled({ schedules: [schedule(weekly)] })
  await company.call('schedules.add', mine)
  await company.pass(days(1))
  await company.call('schedules.pause', { name: 'mine' })
  await company.call('schedules.next', { name: 'mine' })
  await company.call('schedules.remove', { name: 'mine' })
  await listed(company)
  const connection = new DatabaseSync(':memory:')
  connection.exec(keptSchema())
  const asked = [...company.sqls].filter((sql) => /schedules|occurrences/.test(sql))
  expect(asked.length).toBeGreaterThan(8)
  expect(unindexed(connection, asked)).toEqual([])
  const due = asked.filter((sql) => sql.includes('order by "next_at"'))
  const plans = due.flatMap((sql) => connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
  expect(plans.map((step) => step.detail)).toEqual(plans.map(() => expect.stringContaining('schedules_due')))
  connection.close()
})
