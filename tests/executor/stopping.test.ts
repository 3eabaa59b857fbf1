import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { Worker } from '../../src/executor/worker.ts'
import { agent, seconds, workflow } from '../../src/index.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
afterEach(() => company?.close())

const nothing = z.object({})
const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: nothing,
  output: z.string(),
  tier: 'standard',
  instructions: './writer.md',
})
const pair = workflow({ name: 'pair', input: nothing }, (flow) => {
  const one = flow.task('one', shop.note, { to: 'ana', text: 'one' })
  return flow.task('two', shop.note, { to: 'bo', text: one.get('text') })
})
const written = workflow({ name: 'written', input: nothing }, (flow) => flow.task('write', writer, {}))

async function open(script: () => Reply | Promise<Reply> = () => ({ output: 'fine' })) {
  corner = provider('none')
  const model = scriptedModel(script)
  company = await openTestCompany(
    { workflows: [pair, written], agents: [writer], adapters: [corner.adapter], models: { standard: [model] } },
    { 'agents/writer.md': 'Write.' },
  )
  return model
}

test('a pause stops what would leave next, and resuming goes on with it', async () => {
  await open()
  corner.during = () => company.mode.pause('lunch')
  const run = await company.run('pair')
  expect(corner.acted).toEqual(['note ana: one'])
  expect(await company.tasks(run)).toEqual({ one: 'done', two: 'ready' })
  await company.worker.idle()
  expect(corner.acted).toHaveLength(1)
  corner.during = () => undefined
  await company.mode.resume('back')
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: one', 'note bo: one'])
})

test('a pause while an intent is being written keeps it from leaving, and nobody is asked about it', async () => {
  await open()
  const { journal } = company.kernel
  const stop = journal.onCommitted((event) => {
    if (event.kind === 'effect.intended') void company.mode.pause('now')
  })
  const run = await company.run('pair')
  stop()
  expect(corner.calls).toBe(0)
  expect(await company.tasks(run)).toMatchObject({ one: 'ready' })
  await company.mode.resume('go on')
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: one', 'note bo: one'])
  expect(await company.gates()).toEqual([])
})

test('a pause stops model calls before they start, and no money is held for them', async () => {
  const model = await open()
  const { journal } = company.kernel
  const priced = scriptedModel(() => ({ output: 'fine' }), {
    price: { perMillionIn: 1 as never, perMillionOut: 1 as never },
  })
  Object.assign(company.kernel, { models: { standard: [priced] } })
  const stop = journal.onCommitted((event) => {
    if (event.kind === 'budget.sent') void company.mode.pause('now')
  })
  const run = await company.run('written')
  stop()
  expect([...model.calls, ...priced.calls]).toEqual([])
  const purses = await company.kernel.store.read.selectFrom('budgets').select(['spent', 'reserved']).execute()
  expect(purses.every((purse) => purse.spent === 0 && purse.reserved === 0)).toBe(true)
  await company.mode.resume('go on')
  await company.worker.idle()
  expect(await company.output(run)).toBe('fine')
})

test('a worker that closes lets the call in flight end, begins nothing more, and another one takes over', async () => {
  await open()
  const { kernel } = company
  const first = new Worker(kernel, { owner: 'first', concurrency: 4, lease: seconds(30) })
  let closing: Promise<void> | undefined
  corner.during = async (call) => {
    closing ??= first.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect(call.signal.aborted).toBe(false)
  }
  const run = await company.start('pair')
  first.work()
  while (!closing) await new Promise((resolve) => setImmediate(resolve))
  await closing
  expect(corner.acted).toEqual(['note ana: one'])
  expect(await company.tasks(run)).toEqual({ one: 'done', two: 'ready' })
  corner.during = () => undefined
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: one', 'note bo: one'])
  expect(await company.gates()).toEqual([])
})

test('an agent between two turns is given back, with the turn that it had', async () => {
  let closing: Promise<void> | undefined
  let first: Worker | undefined
  let calls = 0
  await open(() => {
    calls += 1
    closing ??= first?.close()
    return calls === 1 ? { text: 'not yet' } : { output: 'fine' }
  })
  first = new Worker(company.kernel, { owner: 'first', concurrency: 4, lease: seconds(30) })
  const run = await company.start('written')
  first.work()
  while (!closing) await new Promise((resolve) => setImmediate(resolve))
  await closing
  expect(await company.tasks(run)).toEqual({ write: 'ready' })
  await company.worker.idle()
  expect(await company.output(run)).toBe('fine')
  expect(calls).toBe(2)
})

test('an attempt whose lease was lost changes nothing, and what its call did is still known', async () => {
  await open()
  const { kernel } = company
  let overtaken = false
  corner.during = async () => {
    if (overtaken) return
    overtaken = true
    await kernel.store.write((tx) => kernel.queue.abandon(tx))
    await new Worker(kernel, { owner: 'second', concurrency: 4, lease: seconds(30) }).idle()
  }
  const run = await company.run('pair')
  // The second one could not know: it asked the operator. The first one's answer then came in.
  expect(corner.acted).toEqual(['note ana: one'])
  const effects = await kernel.store.read.selectFrom('effects').select('state').execute()
  expect(effects).toEqual([{ state: 'done' }])
  const [gate] = await company.gates()
  expect(gate?.reason).toBe('doubt')
  expect(await company.tasks(run)).toMatchObject({ one: 'held' })
})
