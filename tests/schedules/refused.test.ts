import { expect, test } from 'vitest'
import { z } from 'zod'
import { pure, schedule, usd, workflow } from '../../src/index.ts'
import { companyIdentity } from '../../src/values/id.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { openScheduled, report, type ScheduledCompany } from './company.ts'

const hourly = schedule({ name: 'hourly', workflow: report, cron: '0 * * * *' })
const echo = pure({
  name: 'echo',
  does: 'Gives it back.',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  run: (input) => input,
})
const slow = workflow({ name: 'slow', input: z.object({}) }, (flow) =>
  flow.task('wait', echo, { text: 'x' }, { delay: days(30) }),
)
const about = workflow(
  { name: 'about', input: z.object({ whom: z.string() }), subject: (input) => input.get('whom') },
  (flow, input) => flow.task('echo', echo, { text: input.get('whom') }),
)
const dear = workflow({ name: 'dear', input: z.object({}), budget: { cost: usd(0.1) } }, (flow) =>
  flow.task('echo', echo, { text: 'x' }, { budget: { cost: usd(1) } }),
)

const doctored = async (company: ScheduledCompany, name: string) => {
  const { checks } = (await company.call('company.doctor')) as {
    checks: { what: string; fault: { code: string } | null }[]
  }
  return checks.find((check) => check.what === `schedule ${name}`)?.fault?.code ?? 'well'
}

const fill = (company: ScheduledCompany) => company.os.start('slow', {}, 'operator')

test('a queue that is full is told once, and the occurrence starts as soon as there is room', async () => {
  const company = await openScheduled({ workflows: [report, slow], schedules: [hourly], limits: { depth: 1 } })
  const blocking = await fill(company)
  await company.pass((hours(1) + minutes(10)) as never)
  expect(await company.payloads('schedule.refused')).toMatchObject([
    {
      name: 'hourly',
      nominal: '2026-03-02T09:00',
      next: { nominal: '2026-03-02T09:00' },
      fault: { code: 'queue.full' },
    },
  ])
  expect(company.chores.troubles().get('schedules')?.code).toBe('queue.full')
  expect(await doctored(company, 'hourly')).toBe('queue.full')
  expect(await company.occurrences('hourly')).toEqual([])
  await company.os.cancel(blocking, 'it is in the way')
  await company.pass(minutes(1))
  expect(await company.started()).toEqual(['2026-03-02T09:00 at 2026-03-02T08:11:00Z'])
  expect(company.chores.troubles().size).toBe(0)
  expect(await doctored(company, 'hourly')).toBe('well')
})

test('an occurrence that waits for room until its successor is due is missed, as the policy says', async () => {
  const company = await openScheduled({ workflows: [report, slow], schedules: [hourly], limits: { depth: 1 } })
  const blocking = await fill(company)
  await company.pass(hours(3.5))
  await company.os.cancel(blocking, 'it is in the way')
  await company.pass(minutes(1))
  expect((await company.started()).map((one) => one.slice(0, 16))).toEqual(['2026-03-02T11:00'])
  expect((await company.payloads('schedule.passed')).map((passed) => passed?.until)).toEqual([
    '2026-03-02T09:00',
    '2026-03-02T10:00',
  ])
})

test('one schedule that cannot start keeps no other waiting', async () => {
  const other = schedule({ name: 'other', workflow: about, cron: '*/20 * * * *', input: { whom: companyIdentity } })
  const company = await openScheduled({
    workflows: [report, about, dear],
    schedules: [schedule({ name: 'broken', workflow: dear, cron: '0 * * * *' }), other],
  })
  await company.pass(hours(1))
  expect(await company.occurrences('broken')).toEqual(['2026-03-02T09:00 refused'])
  expect(await company.occurrences('other')).toEqual(['2026-03-02T08:20', '2026-03-02T08:40', '2026-03-02T09:00'])
})

test('a plan that cannot run is told for each occurrence, and keeps its code', async () => {
  const company = await openScheduled({
    workflows: [dear],
    schedules: [schedule({ name: 'dear', workflow: dear, cron: '0 * * * *' })],
  })
  await company.pass(hours(2))
  expect((await company.payloads('schedule.refused')).map((refused) => refused?.fault.code)).toEqual([
    'plan.over-budget',
    'plan.over-budget',
  ])
  expect(await doctored(company, 'dear')).toBe('plan.over-budget')
})

test('whom nobody knows is told; once they are known the next occurrence starts', async () => {
  const company = await openScheduled({
    workflows: [about],
    schedules: [schedule({ name: 'about', workflow: about, cron: '0 * * * *', input: { whom: 'ana@example.org' } })],
  })
  await company.pass(hours(1))
  expect(await doctored(company, 'about')).toBe('identity.unknown')
  await company.call('identities.add', { kind: 'person', name: 'Ana', handles: ['ana@example.org'] })
  await company.pass(hours(1))
  expect(await company.occurrences('about')).toEqual(['2026-03-02T09:00 refused', '2026-03-02T10:00'])
  expect(await doctored(company, 'about')).toBe('well')
})

test('an input is parsed again when it fires: a schema that asks for more refuses it, and the doctor knows before', async () => {
  const first = await openScheduled({})
  await first.call('schedules.add', { name: 'mine', workflow: 'report', cron: '0 * * * *' })
  await first.close()
  const stricter = workflow({ name: 'report', input: z.object({ whom: z.string() }) }, (flow, input) =>
    flow.task('note', echo, { text: input.get('whom') }),
  )
  const again = await openScheduled({ workflows: [stricter] }, first)
  expect(await doctored(again, 'mine')).toBe('input.invalid')
  await again.pass(hours(1))
  expect(await again.payloads('schedule.refused')).toMatchObject([{ fault: { code: 'input.invalid' } }])
})

test('a workflow that is gone is told', async () => {
  const first = await openScheduled({})
  await first.call('schedules.add', { name: 'mine', workflow: 'report', cron: '0 * * * *' })
  await first.close()
  const again = await openScheduled({ workflows: [dear] }, first)
  expect(await doctored(again, 'mine')).toBe('input.unknown')
  await again.pass(hours(1))
  expect(await again.occurrences('mine')).toEqual(['2026-03-02T09:00 refused'])
})
