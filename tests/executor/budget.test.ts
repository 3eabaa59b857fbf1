import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import { decide } from '../../src/executor/decide.ts'
import { Worker } from '../../src/executor/worker.ts'
import { agent, minutes, pure, seconds, usd, workflow } from '../../src/index.ts'
import { type Reply, type ScriptedCall, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import { hours } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
let model: ScriptedModel
afterEach(() => company?.close())

const Given = z.object({ about: z.string() })
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: Given,
  output: z.object({ body: z.string() }),
  tier: 'standard',
  instructions: './writer.md',
})
// A dollar a million tokens in and 100 out: 1,000 tokens out are 0.1 dollars, the worst case of a turn a little more. What pays fewer
// than 256 of them pays no answer.
const price = { perMillionIn: usd(1), perMillionOut: usd(100) }
const limited = (name: string, whenSpent: 'ask' | 'stop', cost: number) =>
  workflow({ name, input: Given, budget: { cost: usd(cost), whenSpent } }, (flow, given) =>
    flow.task('work', writer, { about: given.get('about') }),
  )
const each = pure({ name: 'split', does: 'Splits.', input: Given, output: z.array(z.string()), run: () => ['a', 'b'] })
const spread = workflow({ name: 'spread', input: Given, budget: { cost: usd(1) } }, (flow, given) =>
  flow.each('all', flow.task('split', each, { about: given.get('about') }), { max: 5 }, (item) =>
    flow.task('work', writer, { about: item }),
  ),
)
const timed = workflow({ name: 'timed', input: Given }, (flow, given) =>
  flow.task('work', writer, { about: given.get('about') }, { budget: { time: minutes(2) } }),
)
const cheap: Reply = { output: { body: 'fine' }, usage: { tokensIn: 1000, tokensOut: 100 } }

async function open(
  script: (call: ScriptedCall) => Reply | Promise<Reply>,
  options: object = { price },
  monthly?: number,
) {
  model = scriptedModel(script, options)
  company = await openTestCompany(
    {
      workflows: [
        limited('asking', 'ask', 0.11),
        limited('stopping', 'stop', 0.02),
        limited('rich', 'ask', 5),
        spread,
        timed,
      ],
      agents: [writer],
      models: { standard: [model] },
      ...(monthly === undefined ? {} : { budgets: { monthly: usd(monthly) } }),
    },
    { 'agents/writer.md': 'Write.' },
  )
}
const purse = (scope: string, period = 'life') =>
  company.kernel.store.read
    .selectFrom('budgets')
    .select(['spent', 'reserved', 'limit_usd'])
    .where('scope', '=', scope)
    .where('period', '=', period)
    .executeTakeFirst()
const reservations = () => company.kernel.store.read.selectFrom('reservations').selectAll().orderBy('made_at').execute()
const taskOf = async (run: RunId) =>
  (await company.kernel.store.read.selectFrom('tasks').select('id').where('run_id', '=', run).executeTakeFirstOrThrow())
    .id

test('the worst case is reserved before the call, and what it cost is settled in every purse after it', async () => {
  let during: unknown
  await open(async () => {
    during = await purse('company', '2026-03')
    return cheap
  })
  const run = await company.run('rich', { about: 'tea' })
  const cost = 1000 + 10_000
  const [reservation] = await reservations()
  expect(reservation?.amount).toBeGreaterThanOrEqual(100_000)
  expect(during).toEqual({ spent: 0, reserved: reservation?.amount, limit_usd: null })
  const spent = { spent: cost, reserved: 0 }
  expect(await purse('company', '2026-03')).toMatchObject(spent)
  expect(await purse('workflow:rich', '2026-03')).toMatchObject(spent)
  expect(await purse(`run:${run}`)).toMatchObject(spent)
  expect(await purse(`task:${await taskOf(run)}`)).toMatchObject(spent)
})

test('money spent by the items of a list counts on the list', async () => {
  await open(() => cheap)
  const run = await company.run('spread', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('done')
  const all = await company.kernel.store.read
    .selectFrom('tasks')
    .select('id')
    .where('run_id', '=', run)
    .where('name', '=', 'all')
    .executeTakeFirstOrThrow()
  expect(await purse(`task:${all.id}`)).toMatchObject({ spent: 22_000, reserved: 0 })
})

test("when it is spent, 'ask' opens a gate that says how much more; approved, the work goes on", async () => {
  await open(({ index }) => (index === 0 ? { text: 'no', usage: { tokensIn: 1000, tokensOut: 900 } } : cheap))
  const run = await company.run('asking', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('held')
  expect(model.calls).toHaveLength(1)
  const [gate] = await company.gates()
  expect(gate?.reason).toBe('budget')
  const before = await purse(`run:${run}`)
  expect(before).toMatchObject({ reserved: 0, limit_usd: 110_000 })
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(model.calls).toHaveLength(2)
  const after = await purse(`run:${run}`)
  expect(after?.limit_usd).toBeGreaterThan(110_000)
  expect(after!.spent).toBeLessThanOrEqual(after!.limit_usd!)
})

test('when the operator does not give more, the task fails and nothing more is spent', async () => {
  await open(({ index }) => (index === 0 ? { text: 'no', usage: { tokensIn: 1000, tokensOut: 900 } } : cheap))
  const run = await company.run('asking', { about: 'tea' })
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'enough' })
  await company.worker.idle()
  expect(await company.fault(run)).toMatchObject({ code: 'budget.exhausted' })
  expect(model.calls).toHaveLength(1)
})

test("when it is spent, 'stop' fails at once and asks nobody", async () => {
  await open(() => cheap)
  const run = await company.run('stopping', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'budget.exhausted' })
  expect(await company.gates()).toEqual([])
  expect(model.calls).toHaveLength(0)
})

test("the company's month bounds every workflow", async () => {
  await open(() => cheap, { price }, 0.02)
  const run = await company.run('rich', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('held')
  expect((await company.gates()).map((gate) => gate.reason)).toEqual(['budget'])
  expect(model.calls).toHaveLength(0)
})

test('a model without a known price is refused', async () => {
  await open(() => cheap, { price: 'listed', name: 'nobody/knows' })
  const run = await company.run('rich', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'budget.unknown-price' })
  expect(model.calls).toHaveLength(0)
})

test('a process that dies between the reservation and the bill leaves it unconfirmed, at its worst case', async () => {
  let answer: (reply: Reply) => void = () => undefined
  await open(({ index }) => (index > 0 ? cheap : new Promise((resolve) => (answer = resolve))))
  const { kernel } = company
  const run = await company.start('rich', { about: 'tea' })
  const first = new Worker(kernel, { owner: 'first', concurrency: 1, lease: seconds(30) })
  const dying = first.idle()
  while (model.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await kernel.store.write((tx) => kernel.queue.abandon(tx))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  const both = await reservations()
  const lost = both.find((one) => one.state === 'unconfirmed')
  const second = both.find((one) => one.id !== lost?.id)
  expect(lost).toMatchObject({ state: 'unconfirmed', actual: lost?.amount })
  expect(second).toMatchObject({ state: 'settled', actual: 11_000 })
  expect(await purse(`run:${run}`)).toMatchObject({ spent: lost!.amount + 11_000, reserved: 0 })
  // The first process was only slow: its bill is true, and puts the books right.
  answer(cheap)
  await dying
  expect((await reservations()).map((one) => [one.state, one.actual])).toEqual([
    ['settled', 11_000],
    ['settled', 11_000],
  ])
  expect(await purse(`run:${run}`)).toMatchObject({ spent: 22_000, reserved: 0 })
})

test('a run that is cancelled in mid-call reserves nothing afterwards, and its bill is booked when it comes', async () => {
  let run: RunId | undefined
  await open(async () => {
    await cancelRun(company.kernel, run!, 'enough')
    expect(await purse(`run:${run}`)).toMatchObject({ reserved: 0 })
    return cheap
  })
  run = await company.start('rich', { about: 'tea' })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('cancelled')
  expect(await purse(`run:${run}`)).toMatchObject({ spent: 11_000, reserved: 0 })
})

test('working time is a budget too: the call is stopped, and the task fails', async () => {
  await open(() => ({ ...cheap, after: hours(1) }))
  const slow = scriptedModel(() => ({ ...cheap, after: hours(1) }), { price, clock: company.clock })
  Object.assign(company.kernel, { models: { standard: [slow] } })
  const run = await company.start('timed', { about: 'tea' })
  const working = company.worker.idle()
  while (slow.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await company.clock.advance(minutes(3))
  await working
  expect(await company.stateOf(run)).toBe('failed')
  expect(await company.fault(run)).toMatchObject({ code: 'task.over-time' })
  expect(await purse(`run:${run}`)).toMatchObject({ reserved: 0 })
})

test('a model that says nothing for ten minutes is given up, and asked again later', async () => {
  await open(() => cheap)
  const silent = scriptedModel(({ index }) => (index === 0 ? { ...cheap, after: hours(1) } : cheap), {
    price,
    clock: company.clock,
  })
  Object.assign(company.kernel, { models: { standard: [silent] } })
  const run = await company.start('rich', { about: 'tea' })
  const working = company.worker.idle()
  while (silent.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await company.clock.advance(minutes(11))
  await working
  await company.clock.advance(minutes(10))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(silent.calls).toHaveLength(2)
})
