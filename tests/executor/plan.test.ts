import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { agent, planSchema, pure, usd, workflow } from '../../src/index.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { RunId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
let model: ScriptedModel
afterEach(() => company?.close())

const planner = agent({
  name: 'planner',
  version: 1,
  does: 'Plans.',
  input: z.object({ goal: z.string(), doers: z.string() }),
  output: planSchema,
  tier: 'standard',
  instructions: './planner.md',
})
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: z.object({ about: z.string() }),
  output: z.string(),
  tier: 'standard',
  instructions: './planner.md',
})
const shout = pure({
  name: 'shout',
  does: 'Says it louder.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text.toUpperCase(),
})
const planned = workflow({ name: 'planned', input: z.object({ goal: z.string() }) }, (flow, given) => {
  const made = flow.plan('made', given.get('goal'), {
    planner: planner as never,
    allow: [shout, shop.note, shop.post, writer, planner],
    produces: z.string(),
    budget: { cost: usd(5) },
  })
  return flow.task('last', shout, { text: made })
})

const goal: Json = { from: '$input', path: ['goal'] }
const step = (name: string, doer: string, inputs: Json, kind = 'function'): Json => ({ kind, name, doer, inputs })
const plan = (tasks: readonly Json[], from: string, path: readonly string[] = []): Reply => ({
  output: { tasks, output: { from, path } } as Json,
})
const simple = plan([step('loud', 'shout', { text: goal })], 'loud')

async function open(script: Reply[] | ((prompt: string, index: number) => Reply), price: 'free' | object = 'free') {
  corner = provider('key')
  model = scriptedModel(typeof script === 'function' ? ({ prompt, index }) => script(prompt, index) : script, {
    price: price as never,
  })
  company = await openTestCompany(
    {
      workflows: [planned],
      agents: [planner, writer],
      adapters: [corner.adapter],
      models: { standard: [model] },
    },
    { 'agents/planner.md': 'Plan.' },
  )
}
const planTask = (run: RunId) =>
  company.kernel.store.read
    .selectFrom('tasks')
    .selectAll()
    .where('run_id', '=', run)
    .where('name', '=', 'made')
    .executeTakeFirstOrThrow()

test('what a planner wrote is checked, grafted under its task, run and joined', async () => {
  await open([simple])
  const run = await company.run('planned', { goal: 'tea' })
  expect(await company.tasks(run)).toEqual({ made: 'done', 'made/loud': 'done', last: 'done' })
  expect(await company.output(run)).toBe('TEA')
  expect(model.calls).toHaveLength(1)
})

test('a plan that does not hold is told to the planner with what is wrong, three times', async () => {
  const unknown = plan([step('loud', 'mail.send', { text: goal })], 'loud')
  await open([unknown, unknown, unknown])
  const run = await company.run('planned', { goal: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'plan.not-produced' })
  expect(model.calls[1]?.prompt).toContain('mail.send')
  expect(Object.keys(await company.tasks(run))).toEqual(['last', 'made'])
})

test('a planner that mends its plan when told is understood', async () => {
  await open([plan([step('loud', 'shout', {})], 'loud'), simple])
  const run = await company.run('planned', { goal: 'tea' })
  expect(await company.output(run)).toBe('TEA')
})

test('a plan that goes round in a circle is refused', async () => {
  const circle = plan(
    [step('a', 'shout', { text: { from: 'b', path: [] } }), step('b', 'shout', { text: { from: 'a', path: [] } })],
    'a',
  )
  await open([circle, circle, circle])
  const run = await company.run('planned', { goal: 'tea' })
  const fault = await company.fault(run)
  expect(fault).toMatchObject({ code: 'plan.not-produced' })
  expect(fault?.message).toMatch(/circle|each other/)
})

const nested = (name: string): Reply =>
  plan(
    [
      {
        ...{ kind: 'plan', name, planner: 'planner', inputs: { goal } },
        ...{ allow: ['shout', 'planner'], produces: { type: 'string' } },
      },
    ],
    name,
  )

test('a plan within a plan is grafted too', async () => {
  await open([nested('more'), simple])
  const run = await company.run('planned', { goal: 'tea' })
  expect(await company.output(run)).toBe('TEA')
  expect(await company.tasks(run)).toMatchObject({ 'made/more': 'done', 'made/more/loud': 'done', last: 'done' })
})

test.for(['last', 'made', 'more'])('a plan within a plan may not wait for %s, which waits for it', async (waiting) => {
  const round = plan([step('loud', 'shout', { text: { from: waiting, path: [] } })], 'loud')
  await open([nested('more'), round, round, round])
  const run = await company.run('planned', { goal: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'plan.not-produced' })
  expect(model.calls.at(-1)?.prompt).toMatch(/circle/)
})

test('plans that plan again and again come to an end', async () => {
  await open((_prompt, index) => nested(`more-${index}`))
  const run = await company.run('planned', { goal: 'tea' })
  const fault = await company.fault(run)
  expect(fault).toMatchObject({ code: 'plan.not-produced' })
  expect(fault?.message).toMatch(/within 5 others; at most 4/)
  expect(Object.keys(await company.tasks(run)).length).toBeLessThan(8)
})

const posting = plan([step('post', 'shop.post', { to: { value: 'ana@example.org' }, text: goal }, 'action')], 'post', [
  'text',
])

test('a plan that others would see is shown to the operator first; approved, it is grafted as shown', async () => {
  await open([posting])
  const run = await company.run('planned', { goal: 'tea' })
  const [gate] = await company.gates()
  expect(gate?.reason).toBe('graft')
  expect(await company.tasks(run)).toEqual({ made: 'held', last: 'waiting' })
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(model.calls).toHaveLength(1)
  // That the plan may run does not say that this may be posted.
  const [post] = await company.gates()
  expect(post).toMatchObject({ reason: 'policy', kind: 'batch' })
  await decide(company.kernel, post!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(corner.acted).toEqual(['post ana@example.org: tea'])
  expect(await company.output(run)).toBe('TEA')
})

test('a plan that the operator rejects adds nothing to the run', async () => {
  await open([posting])
  const run = await company.run('planned', { goal: 'tea' })
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'no posts' })
  await company.worker.idle()
  expect(await company.fault(run)).toMatchObject({ code: 'gate.rejected', about: { reason: 'no posts' } })
  expect(Object.keys(await company.tasks(run))).toEqual(['last', 'made'])
})

test('a plan that may cost much is shown to the operator too, and its cost counts on the task that planned it', async () => {
  const price = { perMillionIn: usd(1), perMillionOut: usd(100) }
  const dear = plan([step('write', 'writer', { about: goal }, 'agent')], 'write')
  await open(
    (_prompt, index) => (index === 0 ? dear : { output: 'tea', usage: { tokensIn: 1000, tokensOut: 100 } }),
    price,
  )
  Object.assign(company.kernel, { dearPlan: usd(0) })
  const run = await company.run('planned', { goal: 'tea' })
  for (const gate of await company.gates()) {
    expect(gate.reason).toBe('graft')
    await decide(company.kernel, gate.id, { verdict: 'approved' })
  }
  await company.worker.idle()
  expect(await company.output(run)).toBe('TEA')
  const made = await planTask(run)
  const purse = await company.kernel.budget.spentOn({ scope: `task:${made.id}`, period: 'life' })
  const child = await company.kernel.store.read
    .selectFrom('tasks')
    .select('id')
    .where('name', '=', 'made/write')
    .executeTakeFirstOrThrow()
  const own = await company.kernel.budget.spentOn({ scope: `task:${child.id}`, period: 'life' })
  expect(own.spent).toBe(11_000)
  expect(purse).toMatchObject({ limit: usd(5), reserved: 0 })
  expect(purse.spent).toBeGreaterThan(own.spent)
})

test('a crash between the plan and its graft grafts it once', async () => {
  await open([simple])
  const { kernel } = company
  const { queue } = kernel
  let dead = false
  Object.assign(kernel, {
    queue: {
      ...queue,
      add: async (...args: Parameters<typeof queue.add>) => {
        await queue.add(...args)
        if (dead || !args[1].some((task) => task.parent)) return
        dead = true
        throw new Error('power cut')
      },
    },
  })
  const run = await company.start('planned', { goal: 'tea' })
  await expect(company.worker.idle()).rejects.toThrow('power cut')
  expect(Object.keys(await company.tasks(run))).toEqual(['last', 'made'])
  await kernel.store.write((tx) => queue.abandon(tx))
  await company.worker.idle()
  expect(await company.output(run)).toBe('TEA')
  expect(model.calls).toHaveLength(1)
})
