import { APICallError } from '@ai-sdk/provider'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { agent, planSchema, pure, usd, workflow } from '../../src/index.ts'
import { judging } from '../../src/os/trials/judging.ts'
import type { Replayed } from '../../src/os/trials/replayed.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import type { GateId, RunId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { days, minutes } from '../../src/values/time.ts'
import { provider, shop } from '../executor/shop.ts'
import { newFolder, openIn } from '../releases/company.ts'
import { kept, replayed } from '../replay/replay.ts'

const shout = pure({
  ...{ name: 'shout', does: 'Says it louder.', input: z.object({ text: z.string() }), output: z.string() },
  run: ({ text }) => text.toUpperCase(),
})
const flowsOf = (version: number) => [
  workflow({ name: 'planned', input: z.object({ about: z.string() }) }, (flow, given) =>
    flow.plan('made', given.get('about'), {
      planner: agent({
        ...{ name: 'planner', version, does: 'Plans.', tier: 'standard', instructions: `./writer-${version}.md` },
        input: z.object({ goal: z.string(), doers: z.string() }),
        output: planSchema,
        cache: { maxAge: days(7) },
      }) as never,
      allow: [shout, shop.post],
      produces: z.string(),
    }),
  ),
]

const goal: Json = { from: '$input', path: ['goal'] }
const plan = (name: string, kind: string, doer: string, inputs: Json, path: readonly string[] = []): Reply => ({
  output: { tasks: [{ kind, name, doer, inputs }], output: { from: name, path } } as Json,
})
const good = plan('loud', 'function', 'shout', { text: goal })
const other = plan('louder', 'function', 'shout', { text: goal })
const wrong = plan('loud', 'function', 'mail.send', { text: goal })
const posting = plan('post', 'action', 'shop.post', { to: { value: 'ana@example.org' }, text: goal }, ['text'])

type Company = Awaited<ReturnType<typeof open>>
let company: Company
afterEach(() => company?.close())

/** A company that planner v3 has worked for, and whose folder has v4. What a version says may depend on how often the model was asked. */
async function open(says: (version: number, asked: number) => Reply) {
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const versionIn = (prompt: string): number => Number(/Speak as v(\d)/.exec(prompt)?.[1])
  const model = scriptedModel(({ prompt, index }) => says(versionIn(prompt), index + 1), { price })
  const folder = newFolder()
  const adapters = [provider('key').adapter]
  const before = await openIn(folder, { workflows: flowsOf(3), adapters }, scriptedModel([good]))
  await before.run('planned')
  await before.close()
  const opened = await openIn(folder, { workflows: flowsOf(4), adapters }, model)
  const chore = judging(opened.kernel, () => undefined)
  return {
    ...opened,
    async judge() {
      while ((await chore.nextDue()) !== undefined) {
        await chore.perform()
        await opened.os.idle()
      }
    },
    /** Works, and decides at each gate. */
    async work(decide: (gate: GateId) => Promise<void> = async () => undefined): Promise<RunId> {
      const run = await opened.run('planned')
      for (const { id } of await opened.gates()) await decide(id)
      await opened.os.idle()
      return run
    },
    observed: () => opened.kernel.store.read.selectFrom('trial_observations').selectAll().orderBy('seq').execute(),
    trial: async () => (await opened.os.trials.history('planner'))[0]!,
  }
}

const canary = () => company.call('releases.canary', { agent: 'planner', version: '4', share: 50, why: 'a try' })
const shadow = () =>
  company.call('releases.shadow', { agent: 'planner', version: '4', limit: usd(5), why: 'before it plans' })

test('a planner on trial whose plans do not hold is withdrawn by itself, as any agent that fails', async () => {
  company = await open((version) => (version === 4 ? wrong : good))
  await canary()
  for (let runs = 0; runs < 60 && company.kernel.trials.open('planner'); runs += 1) {
    await company.work()
    await company.judge()
  }
  expect(await company.trial()).toMatchObject({ state: 'withdrawn', by: 'system' })
  const rows = (await company.observed()).filter(({ measure }) => measure === 'failure')
  expect(rows.length).toBeGreaterThan(10)
  for (const { arm, value } of rows) expect(value).toBe(arm === 'trial' ? 1 : 0)
})

test('a plan that holds counts once, when it is made: what it cost and took, and whether it was asked again', async () => {
  company = await open((_version, asked) => (asked === 1 ? wrong : good))
  await canary()
  const run = await company.work()
  const rows = await company.observed()
  const shown = await company.call<{ spent: number }>('runs.show', { run })
  expect(new Map(rows.map(({ measure, value }) => [measure, value]))).toEqual(
    new Map(Object.entries({ failure: 0, repair: 1, cost: shown.spent, latency: 0 })),
  )
  expect(shown.spent).toBeGreaterThan(0)
  expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
})

test('a plan that was kept and stands in for an answer in an outage says nothing of the version', async () => {
  const gone = { error: new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 429 }) }
  company = await open((_version, asked) => (asked === 1 ? good : gone))
  await company.work()
  await canary()
  await company.clock.advance(minutes(1))
  const run = await company.work()
  expect((await company.kernel.readRun(run)).state).toBe('done')
  expect(await company.observed()).toEqual([])
})

test('what the operator says of a plan at its gate counts for the version that made it', async () => {
  company = await open(() => posting)
  await canary()
  const { os } = company
  const verdicts = [
    { verdict: 'approved' },
    { verdict: 'rejected', reason: 'no posts' },
    { verdict: 'returned', comment: 'shorter' },
  ] as const
  const said: [RunId, number][] = []
  for (const verdict of verdicts) {
    // A plan that was approved asks again before it posts: that is no word on the plan.
    const run = await company.work(async (gate) => os.decide(gate, verdict))
    for (const { id } of await company.gates()) await os.decide(id, { verdict: 'rejected', reason: 'not now' })
    said.push([run, verdict.verdict === 'approved' ? 0 : 1])
  }
  const rows = await company.observed()
  const rejections = rows.filter(({ measure }) => measure === 'rejection')
  expect(rejections.map(({ run_id, value }) => [run_id, value])).toEqual(said)
  const failures = rows.filter(({ measure }) => measure === 'failure')
  expect(failures.map(({ value }) => value)).toEqual([0, 0, 0])
  for (const { run_id, arm } of rejections) {
    const hash = await company.kernel.shelf.pinned(run_id, 'agent', 'planner')
    expect(arm).toBe(hash === (await company.trial()).hash ? 'trial' : 'base')
  }
})

test('in the shadow a planner plans again where the plan would have stood, and nothing of it is grafted', async () => {
  company = await open((version) => (version === 4 ? other : good))
  await shadow()
  const run = await company.work()
  await company.judge()
  const failures = (await company.observed()).filter(({ measure }) => measure === 'failure')
  expect(failures.map(({ arm, value }) => [arm, value])).toEqual([
    ['base', 0],
    ['trial', 0],
  ])
  const { id } = await company.trial()
  const told = await company.call<Replayed>('agents.replayed', { replay: id })
  expect(told).toMatchObject({
    states: { changed: 1 },
    items: [{ run, taskName: 'made', before: { version: 3 }, after: { version: 4 } }],
  })
  expect(told.cost.before).toBeGreaterThan(0)
  const names = await company.kernel.store.read
    .selectFrom('tasks')
    .select('name')
    .where('run_id', '=', told.items[0]!.again)
    .execute()
  expect(names).toEqual([{ name: 'again' }])
})

test('what a plan in the shadow would have changed is told once the operator has let the old one through', async () => {
  company = await open((version) => (version === 4 ? good : posting))
  await shadow()
  const run = await company.work()
  await company.judge()
  const { id } = await company.trial()
  const told = () => company.call<Replayed>('agents.replayed', { replay: id })
  expect((await told()).items).toMatchObject([{ run, state: 'waiting', before: null }])
  for (const gate of await company.gates()) await company.os.decide(gate.id, { verdict: 'approved' })
  await company.os.idle()
  expect((await told()).items).toMatchObject([{ run, state: 'changed', before: { version: 3 } }])
})

test('a replay gives a planner its last goals again, for what its planning cost', async () => {
  company = await open(() => good)
  await company.clock.advance(minutes(1))
  const run = await company.work()
  const replay = await company.call<{ replay: never; estimate: number }>('agents.replay', {
    ...{ agent: 'planner', version: '4', runs: 1 },
  })
  await company.os.idle()
  const told = await company.call<Replayed>('agents.replayed', { replay: replay.replay })
  expect(told).toMatchObject({ states: { same: 1 }, items: [{ run, before: { version: 4 }, after: { version: 4 } }] })
  expect(replay.estimate).toBe(told.cost.before)
  expect(told.cost.before).toBeGreaterThan(0)
})

test('plans that do not hold fail in the shadow too, and show so', async () => {
  company = await open((version) => (version === 4 ? wrong : good))
  await shadow()
  await company.work()
  await company.judge()
  const { id } = await company.trial()
  const told = await company.call<Replayed>('agents.replayed', { replay: id })
  expect(told.items).toMatchObject([{ state: 'failed', after: { fault: 'plan.not-produced' } }])
  const failures = (await company.observed()).filter(({ measure }) => measure === 'failure')
  expect(failures.map(({ arm, value }) => [arm, value])).toEqual([
    ['base', 0],
    ['trial', 1],
  ])
})
