import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { retryRun } from '../../src/executor/retry.ts'
import { agent, days, workflow } from '../../src/index.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { hours } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Behaviour, type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
let model: ScriptedModel
afterEach(() => company?.close())

const writer = agent({
  name: 'writer',
  version: 1,
  does: 'Writes.',
  input: z.object({ about: z.string() }),
  output: z.object({ body: z.string() }),
  tier: 'standard',
  instructions: './writer.md',
})
const Given = z.object({ about: z.string() })
const reviewed = (name: string, otherwise: 'reject' | 'wait') =>
  workflow({ name, input: Given }, (flow, given) => {
    const draft = flow.task('draft', writer, { about: given.get('about') })
    const edited = flow.gate('review', draft, { ask: 'Good?', within: days(1), otherwise })
    return flow.task('note', shop.note, { to: 'ana', text: edited.get('body') })
  })
const posted = workflow({ name: 'posted', input: Given }, (flow, given) =>
  flow.task('post', shop.post, { to: 'ana@example.org', text: given.get('about') }),
)

async function open(...script: Behaviour[]) {
  corner = provider('key')
  corner.script = script
  model = scriptedModel(({ index }) => ({ output: { body: `draft ${index + 1}` } }))
  company = await openTestCompany(
    {
      workflows: [reviewed('reviewed', 'reject'), reviewed('patient', 'wait'), posted],
      agents: [writer],
      adapters: [corner.adapter],
      models: { standard: [model] },
    },
    { 'agents/writer.md': 'Write.' },
  )
}

async function answer(verdict: Parameters<typeof decide>[2]) {
  const [gate] = await company.gates()
  await decide(company.kernel, gate!.id, verdict)
  await company.worker.idle()
}

test('an approval passes on what was shown', async () => {
  await open()
  const run = await company.run('reviewed', { about: 'tea' })
  expect(await company.stateOf(run)).toBe('held')
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: draft 1'])
})

test("an edit is what goes on, not the agent's words", async () => {
  await open()
  await company.run('reviewed', { about: 'tea' })
  await answer({ verdict: 'edited', content: { body: 'my words' } })
  expect(corner.acted).toEqual(['note ana: my words'])
})

test('an edit that is not of the form of the work is refused, and the gate stays open', async () => {
  await open()
  await company.run('reviewed', { about: 'tea' })
  await expect(answer({ verdict: 'edited', content: { corpus: 1 } })).rejects.toThrow('gate.cannot-edit')
  expect(await company.gates()).toHaveLength(1)
})

test('a rejection fails the run with its reason, and a retry cannot talk it round', async () => {
  await open()
  const run = await company.run('reviewed', { about: 'tea' })
  await answer({ verdict: 'rejected', reason: 'too long' })
  expect(await company.stateOf(run)).toBe('failed')
  expect(await company.fault(run)).toMatchObject({ code: 'gate.rejected', about: { reason: 'too long' } })
  await retryRun(company.kernel, run)
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('failed')
  expect(corner.acted).toEqual([])
})

test("returned work is tried again with the operator's comment, behind a gate of its own", async () => {
  await open()
  const run = await company.run('reviewed', { about: 'tea' })
  const [first] = await company.gates()
  await answer({ verdict: 'returned', comment: 'warmer, please' })
  const [second, ...others] = await company.gates()
  expect(others).toEqual([])
  expect(second?.id).not.toBe(first?.id)
  expect(model.calls).toHaveLength(2)
  expect(model.calls[1]?.prompt).toContain('warmer, please')
  expect(model.calls[1]?.prompt).toContain('draft 1')
  await answer({ verdict: 'returned', comment: 'and shorter' })
  expect(model.calls[2]?.prompt).toContain('and shorter')
  expect(model.calls[2]?.prompt).toContain('draft 2')
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['note ana: draft 3'])
})

test('a gate is answered once', async () => {
  await open()
  await company.run('reviewed', { about: 'tea' })
  const [gate] = await company.gates()
  const answers = await Promise.allSettled([
    decide(company.kernel, gate!.id, { verdict: 'approved' }),
    decide(company.kernel, gate!.id, { verdict: 'rejected', reason: 'no' }),
  ])
  expect(answers.map((one) => one.status)).toEqual(['fulfilled', 'rejected'])
  await expect(decide(company.kernel, gate!.id, { verdict: 'approved' })).rejects.toThrow('gate.decided')
  await company.worker.idle()
  expect(corner.acted).toEqual(['note ana: draft 1'])
})

test('nobody answered in time: the run fails, or the gate goes on waiting, as its author said', async () => {
  await open()
  const rejecting = await company.run('reviewed', { about: 'tea' })
  const waiting = await company.run('patient', { about: 'tea' })
  await company.clock.advance(days(2))
  await company.worker.idle()
  expect(await company.fault(rejecting)).toMatchObject({ code: 'gate.expired' })
  expect(await company.stateOf(rejecting)).toBe('failed')
  expect(await company.stateOf(waiting)).toBe('held')
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(waiting)).toBe('done')
  expect(corner.acted).toHaveLength(1)
})

test('an outward action that no gate covers waits at one of its own, of the kind batch', async () => {
  await open()
  const run = await company.run('posted', { about: 'tea' })
  const [gate] = await company.gates()
  expect(gate).toMatchObject({ reason: 'policy', kind: 'batch' })
  expect(corner.acted).toEqual([])
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['post ana@example.org: tea'])
})

test('what the operator edited at the gate of an action is sent, also when the first call fails', async () => {
  await open('acts, then times out', 'refuses for now')
  const run = await company.run('posted', { about: 'tea' })
  await answer({ verdict: 'edited', content: { to: 'ana@example.org', text: 'coffee' } })
  for (let hour = 0; hour < 6; hour += 1) {
    await company.clock.advance(hours(1))
    await company.worker.idle()
  }
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['post ana@example.org: coffee'])
})

test('an edit that the action does not take is refused, and the gate stays open', async () => {
  await open()
  await company.run('posted', { about: 'tea' })
  await expect(answer({ verdict: 'edited', content: { to: 'ana@example.org' } })).rejects.toThrow('gate.cannot-edit')
  expect(await company.gates()).toHaveLength(1)
  expect(corner.acted).toEqual([])
})
