import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { agent, type Budgeted, minutes, planSchema, pure, role, seconds, usd, workflow } from '../../src/index.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { between, hours } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { Answer, Given, rules, spec } from './writers.ts'

let company: TestCompany
let model: ScriptedModel
afterEach(() => company?.close())

// 1,000 tokens out are 0.1 dollars, the worst case of a turn a little more. What pays fewer than 256 of them pays no answer.
const price = { perMillionIn: usd(1), perMillionOut: usd(100) }
const fine: Reply = { output: { body: 'fine' }, usage: { tokensIn: 1000, tokensOut: 100 } }
/** Has to be asked again, and leaves too little of 0.11 dollars for that. */
const dear: Reply = { text: 'no', usage: { tokensIn: 1000, tokensOut: 900 } }
const once = ({ index }: { index: number }): Reply => (index === 0 ? dear : fine)

const writing = (own: Budgeted, ofTask?: Budgeted, lane: 'interactive' | 'background' = 'background') => {
  const by = agent({ ...spec, name: 'writer', budget: own, ...(lane === 'interactive' ? { fallback: rules } : {}) })
  return workflow({ name: 'write', input: Given, lane }, (flow, given) =>
    flow.task('work', by, { about: given.get('about') }, ofTask ? { budget: ofTask } : {}),
  )
}

async function open(flow: ReturnType<typeof writing>, script: (call: { index: number }) => Reply) {
  model = scriptedModel(script, { price })
  company = await openTestCompany({ workflows: [flow], models: { quality: [model] } }, { 'agents/w.md': 'Write.' })
}

const ownPurses = () =>
  company.kernel.store.read.selectFrom('budgets').selectAll().where('scope', 'like', 'agent:%').execute()

test.each<[string, Budgeted | undefined]>([
  ['none', undefined],
  ['a larger one', { cost: usd(5) }],
])(
  "where its task has %s, an agent's own budget is asked for, and what the operator adds counts",
  async (_what, ofTask) => {
    await open(writing({ cost: usd(0.11) }, ofTask), once)
    const run = await company.run('write', { about: 'tea' })
    expect(await company.stateOf(run)).toBe('held')
    expect(model.calls).toHaveLength(1)
    const [gate] = await company.gates()
    const card = await company.card(gate!)
    expect(card?.ask).toMatch(/^work may cost up to .+ more; the budget of writer for it has .+ left of \$0\.11\./)
    const [before] = await ownPurses()
    expect(before).toMatchObject({ spent: 91_000, reserved: 0, limit_usd: 110_000 })
    await decide(company.kernel, gate!.id, { verdict: 'approved' })
    await company.worker.idle()
    expect(await company.output(run)).toEqual({ body: 'fine' })
    const [after] = await ownPurses()
    expect(after).toMatchObject({ spent: 102_000, limit_usd: 110_000 + (card?.more?.needed ?? 0) })
  },
)

test("a task's smaller budget counts before its agent's", async () => {
  await open(writing({ cost: usd(5) }, { cost: usd(0.02), whenSpent: 'stop' }), once)
  const run = await company.run('write', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({
    code: 'budget.exhausted',
    about: { scope: expect.stringMatching(/^task:/), limit: '$0.02' },
  })
})

test.each<[string, Budgeted | undefined, string]>([
  ["the agent's word counts where its task says nothing", undefined, 'failed'],
  ["the task's counts where it has one", { cost: usd(5) }, 'held'],
])('when it is spent, %s', async (_what, ofTask, state) => {
  await open(writing({ cost: usd(0.02), whenSpent: 'stop' }, ofTask), once)
  const run = await company.run('write', { about: 'tea' })
  expect(await company.stateOf(run)).toBe(state)
  expect(model.calls).toHaveLength(0)
})

test('a budget of nothing pays nothing', async () => {
  await open(writing({ cost: usd(1) }, { cost: usd(0), whenSpent: 'stop' }), once)
  const run = await company.run('write', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'budget.exhausted' })
  expect(model.calls).toHaveLength(0)
})

test('whoever is given a role works within their own budget', async () => {
  const one = agent({ ...spec, name: 'one', budget: { cost: usd(0.11) }, role: { name: 'writer' } })
  const flow = workflow({ name: 'write', input: Given }, (flow, given) =>
    flow.task('work', role('writer', {}, one), { about: given.get('about') }),
  )
  model = scriptedModel(once, { price })
  company = await openTestCompany(
    { workflows: [flow], agents: [one], models: { quality: [model] } },
    { 'agents/w.md': 'Write.' },
  )
  await company.run('write', { about: 'tea' })
  const [gate] = await company.gates()
  expect((await company.card(gate!))?.ask).toContain('the budget of one for it')
})

const goal: Json = { from: '$input', path: ['goal'] }
const asks = (name: string): Json => ({ kind: 'agent', name, doer: 'writer', inputs: { about: goal } })
const planOfTwo: Reply = {
  output: { tasks: [asks('a'), asks('b')], output: { from: 'b', path: [] } } as Json,
  usage: { tokensIn: 1000, tokensOut: 100 },
}

async function planning(script: Reply[]) {
  const planner = agent({
    ...{ name: 'planner', version: 1, does: 'Plans.', tier: 'quality', instructions: './w.md' },
    input: z.object({ goal: z.string(), doers: z.string() }),
    output: planSchema,
    budget: { cost: usd(0.13) },
  })
  const writer = agent({ ...spec, name: 'writer', budget: { cost: usd(0.2) } })
  const flow = workflow({ name: 'planned', input: Given }, (flow, given) =>
    flow.plan('made', given.get('about'), { planner: planner as never, allow: [writer], produces: Answer }),
  )
  model = scriptedModel(script, { price })
  company = await openTestCompany(
    { workflows: [flow], agents: [planner, writer], models: { quality: [model] } },
    { 'agents/w.md': 'Work.' },
  )
  return company.run('planned', { about: 'tea' })
}

test("a planner's own budget bounds what it spends on planning", async () => {
  const run = await planning([dear])
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect((await company.card(gate!))?.ask).toContain('the budget of planner for it')
})

test('what the tasks of its plan spend is none of it, and each of them has the budget of its agent', async () => {
  const written: Reply = { output: { body: 'fine' }, usage: { tokensIn: 1000, tokensOut: 900 } }
  const run = await planning([planOfTwo, written, written])
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect((await ownPurses()).map(({ spent, limit_usd }) => [spent, limit_usd]).sort()).toEqual([
    [11_000, 130_000],
    [91_000, 200_000],
    [91_000, 200_000],
  ])
})

test('each item of a list has the budget of its agent', async () => {
  const split = pure({
    name: 'split',
    does: 'Splits.',
    input: Given,
    output: z.array(z.string()),
    run: () => ['a', 'b'],
  })
  const by = agent({ ...spec, name: 'writer', budget: { cost: usd(0.15) } })
  const flow = workflow({ name: 'write', input: Given }, (flow, given) =>
    flow.each('all', flow.task('split', split, { about: given.get('about') }), { max: 5 }, (item) =>
      flow.task('work', by, { about: item }),
    ),
  )
  await open(flow as never, () => ({ output: { body: 'fine' }, usage: { tokensIn: 1000, tokensOut: 900 } }))
  const run = await company.run('write', { about: 'tea' })
  expect(await company.output(run)).toHaveLength(2)
})

/** Works while a model says nothing for an hour, and lets this much time pass. */
async function hang(time: number): Promise<RunId> {
  const silent = scriptedModel(() => ({ ...fine, after: hours(1) }), { price, clock: company.clock })
  Object.assign(company.kernel, { models: { quality: [silent] } })
  const run = await company.start('write', { about: 'tea' })
  const working = company.worker.idle()
  while (silent.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await company.clock.advance(time as never)
  await working
  return run
}

test.each<[string, Budgeted, Budgeted | undefined]>([
  ['where its task has none', { time: minutes(2) }, undefined],
  ['where its task has more', { time: minutes(2) }, { time: minutes(10) }],
  ['or no longer than its task, where that is less', { time: minutes(10) }, { time: minutes(2) }],
])('an agent works no longer than its own time %s', async (_what, own, ofTask) => {
  await open(writing(own, ofTask), once)
  const run = await hang(minutes(2))
  expect(await company.fault(run)).toMatchObject({ code: 'task.over-time', about: { limit: '2 minutes' } })
})

test('where somebody waits, the fallback answers within the time of the agent', async () => {
  await open(writing({ time: seconds(30) }, undefined, 'interactive'), once)
  const began = company.clock.now()
  const run = await hang(seconds(28))
  expect(await company.output(run)).toEqual({ body: 'by rules: tea' })
  expect(between(began, company.clock.now())).toBeLessThan(seconds(30))
})
