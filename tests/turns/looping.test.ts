import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { retryTask } from '../../src/executor/retry.ts'
import { agent, minutes, usd, workflow } from '../../src/index.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import type { RunId } from '../../src/values/id.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'
import { desk, deskAdapter, emptyWorld, type World } from './desk.ts'
import { honestScripts } from './honest-scripts.ts'
import { loopingScripts } from './looping-scripts.ts'
import { call, type Script, uses } from './script.ts'

// Twenty turns of the scripted model, whatever it says: an agent that is not stopped spends more.
const budget = usd(0.2)
const aTurn = { tokensIn: 5000, tokensOut: 500 }
const price = { perMillionIn: usd(1), perMillionOut: usd(10) }

const Given = z.object({ about: z.string() })
const clerk = agent({
  name: 'clerk',
  version: 1,
  does: 'Sees to it.',
  input: Given,
  output: z.object({ body: z.string() }),
  tier: 'standard',
  instructions: './clerk.md',
  allow: [desk.find, desk.list, desk.status, desk.read, desk.write, desk.note],
  maxTurns: 60,
})
const flowOf = (name: string, cost: ReturnType<typeof usd>) =>
  workflow({ name, input: Given }, (flow, given) =>
    flow.task('work', clerk, { about: given.get('about') }, { budget: { cost, time: minutes(60), whenSpent: 'stop' } }),
  )

let company: TestCompany
let world: World
let replies: Generator<Reply, void>
const model = scriptedModel(
  () => {
    const { value, done } = replies.next()
    if (done) throw new TypeError('the script is over')
    return { usage: aTurn, ...(value as Reply) }
  },
  { price, maxOutputTokens: 500 },
)

beforeAll(async () => {
  company = await openTestCompany(
    {
      workflows: [flowOf('short', budget), flowOf('long', usd(10))],
      agents: [clerk],
      adapters: [deskAdapter(() => world)],
      models: { standard: [model] },
    },
    { 'agents/clerk.md': 'Do what is asked.' },
  )
})
afterAll(() => company.close())

function play(workflow: string, script: Script['replies']): Promise<RunId> {
  world = emptyWorld()
  replies = script(world)
  return company.run(workflow, { about: 'tea' })
}

async function spentOn(run: RunId): Promise<number> {
  return (await company.kernel.budget.spentOn({ scope: `run:${run}`, period: 'life' })).spent
}

// All of them with PROOF=1; otherwise two of each family.
const proof = Boolean(process.env.PROOF)
const sample = (scripts: readonly Script[]): readonly Script[] => scripts.filter((_, at) => proof || at % 5 < 2)

describe('fifty scripts that lead nowhere are stopped within their budget, with what they tried', () => {
  test.each(sample(loopingScripts))('$name', async ({ replies }) => {
    const run = await play('short', replies)
    const why = await company.fault(run)
    expect(why).toMatchObject({
      code: 'agent.looping',
      about: { agent: 'clerk', tried: expect.stringMatching(/ \d+ times/) },
    })
    expect(await spentOn(run)).toBeLessThanOrEqual(budget)
  })
})

describe('fifty long tasks that get on are left alone', () => {
  test.each(sample(honestScripts))('$name', async ({ replies }) => {
    const run = await play('long', replies)
    expect(await company.fault(run)).toBeUndefined()
    expect(await company.stateOf(run)).toBe('done')
  })
})

test('all of them are different scripts', () => {
  expect([loopingScripts.length, honestScripts.length]).toEqual([50, 50])
  for (const scripts of [loopingScripts, honestScripts]) {
    const said = scripts.map(({ replies }) => JSON.stringify(firstOf(replies(emptyWorld()), 40)))
    expect(new Set(said).size).toBeGreaterThanOrEqual(45)
  }
})

function firstOf(replies: Generator<Reply, void>, most: number): Reply[] {
  const first: Reply[] = []
  for (let at = 0; at < most; at += 1) {
    const { value, done } = replies.next()
    if (done) break
    first.push(value as Reply)
  }
  return first
}

const sameCall: Script['replies'] = function* () {
  for (;;) yield uses(call('find', { what: 'the secret of Ana Bell' }))
}

test('the fault names calls and counts, and nothing of what was asked; the details are in the journal', async () => {
  const run = await play('short', sameCall)
  const why = await company.fault(run)
  expect(why?.message).toContain('desk.find 6 times')
  expect(JSON.stringify(why)).not.toContain('Ana')
  const stop = (await company.events(run)).find((event) => event.kind === 'step.done' && event.payload?.kind === 'loop')
  expect(stop?.payload).toMatchObject({
    output: {
      why: 'same',
      turns: 6,
      tried: [{ call: 'desk.find', input: { what: 'the secret of Ana Bell' }, times: 6 }],
    },
  })
})

test('a tool that a model made up is not named in the fault', async () => {
  const run = await play('short', function* () {
    for (;;) yield uses({ name: 'ana.bell-owes', input: {} })
  })
  const why = await company.fault(run)
  expect(why?.message).toContain('a tool it may not use 3 times')
  expect(JSON.stringify(why)).not.toContain('ana')
})

test('turns of earlier attempts count: what was replayed is not forgotten', async () => {
  const before = model.calls.length
  const run = await play('short', function* () {
    for (let at = 1; ; at += 1) {
      if (at % 3 === 0)
        yield { error: new Refusal(fault('model.unreachable', { model: 'scripted', why: 'the line is dead' })) }
      yield uses(call('find', { what: 'tea' }))
    }
  })
  for (let at = 0; at < 4; at += 1) {
    company.clock.advance(minutes(60))
    await company.worker.idle()
  }
  expect(await company.fault(run)).toMatchObject({ code: 'agent.looping', about: { turns: '6' } })
  expect(model.calls.length - before).toBe(8)
})

test('an operator who retries it gives it another go from where it stood', async () => {
  const run = await play('long', function* () {
    for (let at = 1; at <= 6; at += 1) yield uses(call('find', { what: 'tea' }))
    yield uses(call('find', { what: 'tea' }))
    yield { output: { body: 'there is none' } }
  })
  const failed = (await company.events(run)).findLast((event) => event.kind === 'task.failed')
  expect(await company.fault(run)).toMatchObject({ code: 'agent.looping' })
  await retryTask(company.kernel, failed!.task!)
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'there is none' })
})

test('one that goes on as before is stopped again, as soon as it may be', async () => {
  const run = await play('long', sameCall)
  const failed = (await company.events(run)).findLast((event) => event.kind === 'task.failed')
  await retryTask(company.kernel, failed!.task!)
  await company.worker.idle()
  expect(await company.fault(run)).toMatchObject({ code: 'agent.looping', about: { turns: '12' } })
})
