import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { type Agent, agent, workflow } from '../../src/index.ts'
import { openKernel } from '../../src/os/open-kernel.ts'
import { placesOf } from '../../src/os/places.ts'
import { type Reply, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { fault } from '../../src/values/fault.ts'
import { hours } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
let model: ScriptedModel
afterEach(() => company?.close())

const Given = z.object({ about: z.string() })
const Answer = z.object({ body: z.string() })
const base = { version: 1, does: 'Writes.', input: Given, output: Answer, tier: 'standard' } as const
const writer = agent({ ...base, name: 'writer', instructions: './writer.md', maxTurns: 5 })
const clerk = agent({ ...base, name: 'clerk', instructions: './writer.md', allow: [shop.look, shop.note, shop.post] })
const flowOf = (name: string, doer: Agent<z.infer<typeof Given>, z.infer<typeof Answer>>) =>
  workflow({ name, input: Given }, (flow, given) => flow.task('work', doer, { about: given.get('about') }))

async function open(...script: Reply[]) {
  corner = provider('key')
  model = scriptedModel(script)
  company = await openTestCompany(
    {
      workflows: [flowOf('write', writer), flowOf('clerical', clerk)],
      agents: [writer, clerk],
      adapters: [corner.adapter],
      models: { standard: [model] },
    },
    { 'agents/writer.md': 'The old text.' },
  )
}
const good: Reply = { output: { body: 'fine' } }
const bad: Reply = { output: { corpus: 1 } }

test('an agent that misses its form twice is told why and heard a third time', async () => {
  await open(bad, { text: 'no JSON at all' }, good)
  const run = await company.run('write', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(model.calls).toHaveLength(3)
  expect(model.calls[1]?.prompt).toContain('cannot be used')
  expect(model.calls[1]?.prompt).toContain('body')
})

test('an agent that misses its form three times is tried again where it stands, not from the start', async () => {
  await open(bad, bad, bad, good)
  const run = await company.run('write', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(model.calls).toHaveLength(4)
})

test('an agent that never gives an answer is stopped after its most turns', async () => {
  await open(...Array.from({ length: 5 }, (_, at): Reply => ({ output: { corpus: at } })))
  const run = await company.run('write', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'agent.too-many-turns', about: { turns: '5' } })
})

test('a tool that it may not use, and an input that does not fit, are told to the model, and nothing is done', async () => {
  await open(
    { tools: [{ name: 'shop.refund', input: { to: 'ana', text: 'all of it' } }] },
    { tools: [{ name: 'shop.note', input: { to: 'ana' } }] },
    good,
  )
  const run = await company.run('clerical', { about: 'tea' })
  expect(await company.output(run)).toEqual({ body: 'fine' })
  const told = fault('agent.forbidden-tool', { agent: 'clerk', tool: 'shop_refund' })
  expect(model.calls[1]?.prompt).toContain(told.message.slice(told.message.indexOf('asked for')))
  expect(model.calls[2]?.prompt).toContain('does not fit')
  expect(corner.acted).toEqual([])
})

test('a tool inside the company is used at once, and its answer is what the model reads next', async () => {
  await open(
    {
      tools: [
        { name: 'shop.look', input: { what: 'x' } },
        { name: 'shop.note', input: { to: 'ana', text: 'hi' } },
      ],
    },
    good,
  )
  corner = Object.assign(corner, { found: 'a needle' })
  const run = await company.run('clerical', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: hi'])
  expect(model.calls[1]?.prompt).toContain('a needle')
})

test('a tool that needs a gate holds the task; after the decision it goes on without asking the model again', async () => {
  await open(
    {
      tools: [
        { name: 'shop.note', input: { to: 'bo', text: 'first' } },
        { name: 'shop.post', input: { to: 'ana@example.org', text: 'hi' } },
      ],
    },
    good,
  )
  const run = await company.run('clerical', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect(gate).toMatchObject({ reason: 'policy', kind: 'batch' })
  expect(corner.acted).toEqual(['note bo: first'])
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(corner.acted).toEqual(['note bo: first', 'post ana@example.org: hi'])
  expect(model.calls).toHaveLength(2)
})

test('a tool that the operator rejects is told to the model with the reason', async () => {
  await open({ tools: [{ name: 'shop.post', input: { to: 'ana@example.org', text: 'hi' } }] }, good)
  const run = await company.run('clerical', { about: 'tea' })
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'not on a Sunday' })
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(model.calls[1]?.prompt).toContain('not on a Sunday')
  expect(corner.acted).toEqual([])
})

test('after an outage of the model the finished steps are replayed and only the failed one is repeated', async () => {
  let down = true
  await open()
  model = scriptedModel(({ index }) => {
    if (index === 0) return { tools: [{ name: 'shop.note', input: { to: 'ana', text: 'hi' } }] }
    return down ? { error: Object.assign(new Error('cut'), { name: 'AbortError' }) } : good
  })
  Object.assign(company.kernel, { models: { standard: [model] } })
  const run = await company.run('clerical', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('running')
  down = false
  await company.clock.advance(hours(1))
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'fine' })
  expect(corner.acted).toEqual(['note ana: hi'])
  expect(model.calls).toHaveLength(3)
})

test('a run that was started before its instructions changed keeps the old text', async () => {
  await open(good, good)
  const { kernel } = company
  const old = await company.start('write', { about: 'tea' })
  writeFileSync(join(company.folder, 'agents/writer.md'), 'The new text.')
  const { config, mode, adapters } = company
  const { store, vault, journal, clock, random } = kernel
  const places = placesOf(company.folder, config.store.folder)
  const reopened = await openKernel({
    config,
    places,
    store,
    vault,
    journal,
    clock,
    random,
    mode,
    adapters,
    crash: undefined,
  })
  Object.assign(kernel, { artifacts: reopened.artifacts })
  reopened.queue.close()
  const fresh = await company.start('write', { about: 'tea' })
  await company.worker.idle()
  expect([await company.stateOf(old), await company.stateOf(fresh)]).toEqual(['done', 'done'])
  expect(model.calls.map((call) => /The (old|new) text/.exec(call.prompt)?.[1]).sort()).toEqual(['new', 'old'])
})
