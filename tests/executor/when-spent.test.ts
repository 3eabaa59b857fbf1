import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { setLimit } from '../../src/executor/set-limit.ts'
import { agent, usd, type WhenSpent, workflow } from '../../src/index.ts'
import type { Os } from '../../src/os/os.ts'
import { showRun } from '../../src/os/queries/run.ts'
import { check } from '../../src/planner/check.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { between, instant } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
let good: ScriptedModel
let cheap: ScriptedModel
afterEach(() => company?.close())

const Given = z.object({ about: z.string() })
const spec = {
  does: 'Writes.',
  input: Given,
  output: z.object({ body: z.string() }),
  tier: 'quality',
  instructions: './writer.md',
} as const
const writer = agent({ ...spec, name: 'writer', version: 1 })
const proud = agent({ ...spec, name: 'proud', version: 1, lowest: 'quality' })
// 1,000 tokens out of the good one are 0.1 dollars, of the cheap one 0.001; the worst case of a turn is a little more.
const dear = { perMillionIn: usd(1), perMillionOut: usd(100) }
const low = { perMillionIn: usd(0.01), perMillionOut: usd(1) }
const flowOf = (name: string, whenSpent: WhenSpent, cost: number, by = writer) =>
  workflow({ name, input: Given, budget: { cost: usd(cost), whenSpent } }, (flow, given) =>
    flow.task('work', by, { about: given.get('about') }),
  )
const workflows = [
  flowOf('downgrading', 'downgrade', 0.05),
  flowOf('rich', 'downgrade', 5),
  flowOf('poor', 'downgrade', 0.000001),
  flowOf('deferring', 'defer', 5),
  flowOf('for-life', 'defer', 0.02),
  flowOf('proudly', 'downgrade', 0.05, proud),
  workflow({ name: 'timed', input: Given }, (flow, given) =>
    flow.task('work', writer, { about: given.get('about') }, { at: instant(Date.UTC(2026, 3, 1)) }),
  ),
]
const answered = (body: string): Reply => ({ output: { body }, usage: { tokensIn: 1000, tokensOut: 100 } })

async function open(monthly?: number, timeZone = 'UTC') {
  good = scriptedModel(() => answered('good'), { name: 'dear/one', price: dear })
  cheap = scriptedModel(() => answered('cheap'), { name: 'low/one', price: low })
  company = await openTestCompany(
    {
      workflows,
      models: { quality: [good], cheap: [cheap] },
      operator: { name: 'Op', email: 'op@example.org', timeZone },
      ...(monthly === undefined ? {} : { budgets: { monthly: usd(monthly) } }),
    },
    { 'agents/writer.md': 'Write.' },
  )
}
const shown = (run: RunId) => {
  const { store, journal, controls } = company.kernel
  return showRun({ store, journal, controls, clock: company.clock, config: company.config } as unknown as Os, run)
}
const taskOf = async (run: RunId) =>
  company.kernel.store.read.selectFrom('tasks').selectAll().where('run_id', '=', run).executeTakeFirstOrThrow()
const spentIn = async (period: string) =>
  (
    await company.kernel.store.read
      .selectFrom('budgets')
      .select('spent')
      .where('scope', '=', 'company')
      .where('period', '=', period)
      .executeTakeFirst()
  )?.spent ?? 0

/** Lets the clock come to this moment, and works. */
async function until(moment: number) {
  await company.clock.advance(between(company.clock.now(), instant(moment)))
  await company.worker.idle()
}

test("'downgrade' does the same step with a cheaper model, and says so", async () => {
  await open()
  const run = await company.run('downgrading', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'cheap' })
  expect([good.calls.length, cheap.calls.length]).toEqual([0, 1])
  const events = await company.events(run)
  const step = events.find((event) => event.kind === 'step.done')
  expect(step?.kind === 'step.done' && step.payload?.model).toMatchObject({ model: 'low/one', rung: 'cheap 1' })
  const [task] = (await shown(run)).tasks
  expect(task?.madeBy).toMatchObject({ model: 'low/one', rung: 'cheap 1' })
  expect(await company.gates()).toEqual([])
})

test("'downgrade' leaves a step alone that can be paid", async () => {
  await open()
  const run = await company.run('rich', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'good' })
  expect((await shown(run)).tasks[0]?.madeBy).not.toHaveProperty('rung')
})

test("'downgrade' asks where no cheaper model can be paid either", async () => {
  await open()
  const run = await company.run('poor', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect((await company.card(gate!))?.ask).toContain('No cheaper model can be paid either.')
  expect(good.calls.length + cheap.calls.length).toBe(0)
})

test('a budget that downgrades is refused where the agent forbids a lower tier', async () => {
  await open()
  const faults = check(workflows.find((one) => one.name === 'proudly')!.plan(), company.kernel.facts)
  expect(faults).toMatchObject([{ code: 'plan.bad-limit', about: { task: 'work' } }])
  expect(faults[0]?.message).toContain('proud works with no lower tier than its own')
  await expect(company.start('proudly', { about: 'tea' })).rejects.toThrow('plan.bad-limit')
})

test("'defer' waits for the operator's next month without a lease or an attempt, and goes on by itself", async () => {
  await open(0.15, 'America/New_York')
  let run = await company.run('deferring', { about: 'tea' })
  while ((await company.stateOf(run)) === 'done') run = await company.run('deferring', { about: 'tea' })
  const calls = good.calls.length
  const april = Date.UTC(2026, 3, 1, 4)
  expect(await taskOf(run)).toMatchObject({ state: 'ready', due_at: april, attempt: 0, lease_until: null, owner: null })
  expect(await company.stateOf(run)).toBe('running')
  expect(await company.gates()).toEqual([])
  const view = await shown(run)
  expect(view.nextDue).toBe(april)
  expect(view.tasks[0]?.fault).toMatchObject({
    code: 'budget.deferred',
    next: "It goes on by itself at 2026-04-01T04:00:00Z, or as soon as 'soloist budget set company AMOUNT' allows it.",
  })
  await until(april - 1)
  expect(good.calls).toHaveLength(calls)
  await until(april)
  expect(await company.stateOf(run)).toBe('done')
  expect(await spentIn('2026-04')).toBeGreaterThan(0)
})

test('what was put off goes on when the limit is raised, and what waits for that very instant by itself does not', async () => {
  await open(0.15)
  let run = await company.run('deferring', { about: 'tea' })
  while ((await company.stateOf(run)) === 'done') run = await company.run('deferring', { about: 'tea' })
  const april = instant(Date.UTC(2026, 3, 1))
  const timed = await company.start('timed', { about: 'tea' })
  expect((await taskOf(timed))?.due_at).toBe(april)
  await setLimit(company.kernel, { scope: 'company', period: '2026-03' }, usd(0.151))
  await company.worker.idle()
  expect(await taskOf(run)).toMatchObject({ state: 'ready', due_at: april })
  await setLimit(company.kernel, { scope: 'company', period: '2026-03' }, usd(5))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(await taskOf(timed)).toMatchObject({ state: 'ready', due_at: april, fence: 0 })
})

test("'defer' asks for a purse that is for life, and for one that would be too small next month too", async () => {
  await open()
  await company.run('for-life', { about: 'tea' })
  const [life] = await company.gates()
  expect((await company.card(life!))?.ask).toContain('is for life: there is no next month to wait for.')
  await company.close()
  await open(0.02)
  const run = await company.run('deferring', { about: 'tea' })
  const [small] = await company.gates()
  expect((await company.card(small!))?.ask).toContain('2026-04 allows company no more than $0.02 either.')
  await decide(company.kernel, small!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
})

test('a call that ends in the next month is booked to the month in which it was paid for', async () => {
  await open()
  good = scriptedModel(
    async () => {
      await company.clock.advance(between(company.clock.now(), instant(Date.UTC(2026, 3, 1, 0, 0, 5))))
      return answered('late')
    },
    { name: 'dear/one', price: dear },
  )
  Object.assign(company.kernel, { models: { quality: [good] } })
  await until(Date.UTC(2026, 2, 31, 23, 59, 55))
  const run = await company.run('rich', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'late' })
  expect([await spentIn('2026-03'), await spentIn('2026-04')]).toEqual([11_000, 0])
})
