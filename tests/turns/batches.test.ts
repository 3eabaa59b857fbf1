import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cancelRun } from '../../src/executor/cancel-run.ts'
import { looseBatches } from '../../src/executor/loose-batches.ts'
import { agent, usd, workflow } from '../../src/index.ts'
import type { ModelChoice } from '../../src/models/model.ts'
import { anthropic, compatible, openai } from '../../src/models/providers.ts'
import type { RunId } from '../../src/values/id.ts'
import { type Duration, days, hours, minutes, seconds } from '../../src/values/time.ts'
import { begin, openTestCompany, type TestCompany } from '../executor/company.ts'
import { kept, replayed } from '../replay/replay.ts'
import { BatchServer, usage } from './batch-server.ts'

let company: TestCompany
let server: BatchServer
afterEach(async () => {
  await company.close()
  await server.close()
})

const Given = z.object({ about: z.string() })
const writer = agent({
  ...{ name: 'writer', version: 1, does: 'Writes.', tier: 'standard', instructions: './writer.md' },
  input: Given,
  output: z.object({ body: z.string() }),
})
const flowOf = (name: string, lane: 'background' | 'interactive', deadline?: Duration) =>
  workflow({ name, input: Given, lane, ...(deadline ? { deadline } : {}) }, (flow, given) =>
    flow.task('write', writer, { about: given.get('about') }),
  )

const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
const usualCost = usage.input * 1 + usage.output * 10
const models = {
  openai: (url: string) => openai('gpt-5-mini', { url, price, batch: true, streams: false }),
  anthropic: (url: string) => anthropic('claude-haiku-4-5', { url, price, batch: true, streams: false }),
  compatible: (url: string) =>
    compatible({ name: 'house', model: 'llama', url, price, batch: { part: 0.25 }, streams: false }),
}

async function open(model: (url: string) => ModelChoice = models.openai): Promise<void> {
  server = await BatchServer.open(() => Math.floor((company?.clock.now() ?? begin) / 1000))
  company = await openTestCompany(
    {
      workflows: [flowOf('calm', 'background'), flowOf('soon', 'background', hours(3)), flowOf('now', 'interactive')],
      agents: [writer],
      models: { standard: [model(server.url)] },
    },
    { 'agents/writer.md': 'Write.' },
  )
  const { store, vault } = company.kernel
  for (const name of ['openai.key', 'anthropic.key'])
    await store.write((tx) => vault.setSecret(tx, name, 'sk-test-0123456789'))
}

async function pass(time: Duration): Promise<void> {
  await company.clock.advance(time)
  await company.worker.idle()
}

const spent = async (run: RunId) => {
  const { spent, reserved } = await company.kernel.budget.spentOn({ scope: `run:${run}`, period: 'life' })
  return [spent, reserved]
}
const states = async () =>
  (await company.kernel.store.read.selectFrom('batches').select('state').execute()).map(({ state }) => state)

describe.each([
  ['openai', models.openai, 0.5],
  ['anthropic', models.anthropic, 0.5],
  ['a compatible server', models.compatible, 0.25],
])('a turn of background work at %s', (_name, model, part) => {
  test('waits in a batch with its money set aside, and is paid for once at the price of batches', async () => {
    await open(model)
    const run = await company.run('calm', { about: 'tea' })
    expect(await company.tasks(run)).toEqual({ write: 'ready' })
    const [before, reserved] = await spent(run)
    expect([before, reserved! > 0]).toEqual([0, true])
    await pass(minutes(5))
    expect(await spent(run)).toEqual([0, reserved])
    server.end('answered')
    await pass(minutes(5))
    expect(await company.output(run)).toEqual({ body: 'fine' })
    expect(await spent(run)).toEqual([usualCost * part, 0])
    expect([server.batches.length, server.ordinary]).toEqual([1, []])
    expect(JSON.stringify(server.batches[0]?.body)).toContain('tea')
    expect(await replayed(company.kernel)).toEqual(await kept(company.kernel))
  })

  test.each(['expired', 'refused', 'cancelled'] as const)(
    'that is %s there costs nothing and is asked in the ordinary way',
    async (how) => {
      await open(model)
      const run = await company.run('calm', { about: 'tea' })
      server.end(how)
      await pass(minutes(5))
      expect(await states()).toEqual([how])
      expect(server.ordinary).toHaveLength(1)
      expect(await company.output(run)).toEqual({ body: 'fine' })
      expect(await spent(run)).toEqual([usualCost, 0])
    },
  )

  test.each(['cut before', 'cut after'] as const)('whose line is %s it was taken is sent once', async (trouble) => {
    await open(model)
    server.trouble = trouble
    const run = await company.run('calm', { about: 'tea' })
    expect(await states()).toEqual(['intended'])
    // While one of nobody's is under way nobody can tell whether it is this one.
    await pass(minutes(2))
    expect(server.batches).toHaveLength(1)
    server.end('answered')
    await pass(minutes(5))
    expect(await company.output(run)).toEqual({ body: 'fine' })
    expect(new Set(server.batches.map(({ customId }) => customId)).size).toBe(1)
    expect(server.batches).toHaveLength(1)
    expect(await spent(run)).toEqual([usualCost * part, 0])
  })
})

test.each([
  ['openai', models.openai],
  ['anthropic', models.anthropic],
])('a turn of a run that is cancelled is stopped at %s, and nothing is owed', async (_name, model) => {
  await open(model)
  const run = await company.run('calm', { about: 'tea' })
  await cancelRun(company.kernel, run, 'no longer wanted')
  const loose = looseBatches(company.kernel)
  expect(await loose.nextDue()).toBe(company.clock.now())
  await loose.end(new AbortController().signal)
  expect(server.batches[0]?.state).toBe('cancelled')
  await company.clock.advance(minutes(1))
  await loose.end(new AbortController().signal)
  expect(await states()).toEqual(['cancelled'])
  expect(await spent(run)).toEqual([0, 0])
  expect(await loose.nextDue()).toBeUndefined()
})

test('what was answered before a cancelled run could stop it is paid for', async () => {
  await open()
  const run = await company.run('calm', { about: 'tea' })
  server.end('answered')
  await cancelRun(company.kernel, run, 'no longer wanted')
  await looseBatches(company.kernel).end(new AbortController().signal)
  expect(await states()).toEqual(['answered'])
  expect(await spent(run)).toEqual([usualCost / 2, 0])
})

test('a task that begins anew leaves its batch behind, and that is stopped; its new one waits', async () => {
  await open()
  const run = await company.run('calm', { about: 'tea' })
  const { store, queue } = company.kernel
  const [task] = await store.read.selectFrom('tasks').select('id').where('run_id', '=', run).execute()
  await store.write((tx) => queue.restart(tx, task!.id))
  await company.worker.idle()
  await looseBatches(company.kernel).end(new AbortController().signal)
  expect(server.batches.map(({ state }) => state)).toEqual(['cancelled', 'waits'])
  server.end('answered')
  await pass(minutes(5))
  expect(await company.output(run)).toEqual({ body: 'fine' })
  await looseBatches(company.kernel).end(new AbortController().signal)
  expect((await states()).toSorted()).toEqual(['answered', 'cancelled'])
  expect(await spent(run)).toEqual([usualCost / 2, 0])
})

test('interactive work, and a run that must be over within a day, are never put in a batch', async () => {
  await open()
  for (const name of ['now', 'soon']) {
    const run = await company.run(name, { about: 'tea' })
    expect(await company.output(run)).toEqual({ body: 'fine' })
  }
  expect([server.batches.length, server.ordinary.length]).toEqual([0, 2])
})

test('a provider that takes no batches is asked in the ordinary way', async () => {
  await open()
  server.trouble = 'refuses'
  const run = await company.run('calm', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(await spent(run)).toEqual([usualCost, 0])
})

test('a task that waits says so, with the fault model.batched, and is looked at in growing pauses', async () => {
  await open()
  const run = await company.run('calm', { about: 'tea' })
  for (let at = 0; at < 40; at += 1) await pass(minutes(30))
  const pauses = (await company.events(run)).flatMap((event) => {
    if (event.kind !== 'task.postponed' || event.payload === null) return []
    expect(event.payload.fault).toMatchObject({ code: 'model.batched', retry: 'later' })
    return [event.payload.dueAt - event.at]
  })
  expect(pauses[0]).toBe(seconds(30))
  expect(Math.max(...pauses)).toBe(minutes(15))
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
})

test('a batch that never ends is given up after its day, booked at its worst, and asked in the ordinary way', async () => {
  await open()
  const run = await company.run('calm', { about: 'tea' })
  const [, reserved] = await spent(run)
  await pass(days(1))
  await pass(hours(3))
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(await states()).toEqual(['unreadable'])
  expect(await spent(run)).toEqual([reserved! + usualCost, 0])
})

test('no secret is sent in a batch, and no text of anybody stands in its row', async () => {
  await open()
  await company.run('calm', { about: 'the key is sk-test-0123456789, for Ana Bell' })
  expect(JSON.stringify(server.batches[0]?.body)).not.toContain('sk-test-0123456789')
  const rows = JSON.stringify(await company.kernel.store.read.selectFrom('batches').selectAll().execute())
  expect(rows).not.toMatch(/Ana|sk-test/)
})

test('a turn that never got there is not sent to an account that was stopped since', async () => {
  await open()
  server.trouble = 'cut before'
  const run = await company.run('calm', { about: 'tea' })
  const control = { scope: 'provider:openai', rule: { kind: 'stop' }, lanes: 'all', by: 'operator' } as const
  const { store, controls } = company.kernel
  const { set } = await store.write((tx) => controls.set(tx, { ...control, until: null, why: 'a test' }))
  await pass(minutes(5))
  expect([server.batches.length, server.ordinary.length]).toEqual([0, 0])
  expect(await company.tasks(run)).toEqual({ write: 'ready' })
  await store.write((tx) => controls.lift(tx, set.id, 'over'))
  await pass(days(1))
  server.end('answered')
  await pass(days(1))
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(await spent(run)).toEqual([usualCost / 2, 0])
})

test('a pause that comes while the money is set aside keeps the turn from leaving', async () => {
  await open()
  const { pricing } = company.kernel
  const { worstCase } = pricing
  const pausing: typeof worstCase = async (...given) => {
    await company.mode.pause('wait')
    return worstCase(...given)
  }
  Object.assign(pricing, { worstCase: pausing })
  const run = await company.run('calm', { about: 'tea' })
  Object.assign(pricing, { worstCase })
  expect([server.batches.length, await company.tasks(run)]).toEqual([0, { write: 'ready' }])
  await company.mode.resume('go on')
  await pass(minutes(5))
  await pass(minutes(5))
  server.end('answered')
  await pass(minutes(5))
  expect(await spent(run)).toEqual([usualCost / 2, 0])
})

test('what has no room beside turns that wait in batches is not looked at every few seconds', async () => {
  await open()
  const { store, controls } = company.kernel
  const rule = { kind: 'throttle', runs: null, usd: usd(0.1) } as const
  const control = { scope: 'provider:openai', rule, lanes: 'background', by: 'operator' } as const
  await store.write((tx) => controls.set(tx, { ...control, until: null, why: 'a test' }))
  for (const about of ['tea', 'milk']) await company.run('calm', { about })
  const third = await company.run('calm', { about: 'wine' })
  for (let at = 0; at < 60; at += 1) await pass(seconds(10))
  const put = (await company.events(third)).filter(({ kind }) => kind === 'task.postponed')
  expect(put.length).toBeLessThan(15)
})

test('what a throttled hour has no room for waits for room at the price of batches, not for the operator', async () => {
  await open()
  const { store, controls } = company.kernel
  // Room for one turn in a batch at a time, and for none in the ordinary way.
  const rule = { kind: 'throttle', runs: null, usd: usd(0.06) } as const
  const control = { scope: 'workflow:calm', rule, lanes: 'background', by: 'operator' } as const
  await store.write((tx) => controls.set(tx, { ...control, until: null, why: 'a test' }))
  await company.run('calm', { about: 'tea' })
  const second = await company.run('calm', { about: 'milk' })
  for (let at = 0; at < 4; at += 1) {
    server.end('answered')
    await pass(minutes(15))
  }
  expect(await company.output(second)).toEqual({ body: 'fine' })
  expect(await spent(second)).toEqual([usualCost / 2, 0])
})
