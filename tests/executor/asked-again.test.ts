import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { retryRun } from '../../src/executor/retry.ts'
import type { Verdict } from '../../src/gate/gate.ts'
import { agent, usd, workflow } from '../../src/index.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { openTestCompany, type TestCompany } from './company.ts'
import { type Behaviour, type Provider, provider, shop } from './shop.ts'

let company: TestCompany
let corner: Provider
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
const posted = workflow({ name: 'posted', input: Given }, (flow, given) =>
  flow.task('post', shop.post, { to: 'ana@example.org', text: given.get('about') }),
)
const written = workflow({ name: 'written', input: Given, budget: { cost: usd(0.01) } }, (flow, given) =>
  flow.task('write', writer, { about: given.get('about') }),
)

async function open(...script: Behaviour[]) {
  corner = provider('key')
  corner.script = script
  model = scriptedModel(() => ({ output: { body: 'fine' }, usage: { tokensIn: 1000, tokensOut: 100 } }), {
    price: { perMillionIn: usd(1), perMillionOut: usd(100) },
  })
  company = await openTestCompany(
    { workflows: [posted, written], agents: [writer], adapters: [corner.adapter], models: { standard: [model] } },
    { 'agents/writer.md': 'Write.' },
  )
}

/** Answers the one gate that is open, and gives it. */
async function answer(verdict: Verdict) {
  const [gate, ...others] = await company.gates()
  expect(others).toEqual([])
  await decide(company.kernel, gate!.id, verdict)
  await company.worker.idle()
  return gate!.id
}

async function retry(run: Parameters<typeof retryRun>[1]) {
  await retryRun(company.kernel, run)
  await company.worker.idle()
}

test.each([['posted'], ['written']])(
  'a retry of %s asks again what was rejected, as often as it is retried',
  async (name) => {
    await open()
    const run = await company.run(name, { about: 'tea' })
    const asked = new Set<string>()
    for (let round = 1; round <= 3; round += 1) {
      asked.add(await answer({ verdict: 'rejected', reason: 'no' }))
      expect(await company.stateOf(run)).toBe('failed')
      await retry(run)
      expect(await company.stateOf(run)).toBe('held')
      expect(asked.size).toBe(round)
    }
    await answer({ verdict: 'approved' })
    expect(await company.stateOf(run)).toBe('done')
    expect(corner.acted.length + model.calls.length).toBe(1)
  },
)

test('what was approved before a retry is not asked again', async () => {
  await open(...Array.from({ length: 5 }, (): Behaviour => 'refuses'))
  const run = await company.run('posted', { about: 'tea' })
  await answer({ verdict: 'approved' })
  expect(await company.stateOf(run)).toBe('failed')
  corner.script = []
  await retry(run)
  // The refused effect is over: another try is another effect, which asks for itself.
  expect(await company.gates()).toHaveLength(1)
})

test('an edit at a gate that was asked again is what goes out, also when the first call of it is lost', async () => {
  await open('acts, then times out')
  const run = await company.run('posted', { about: 'tea' })
  await answer({ verdict: 'rejected', reason: 'no' })
  await retry(run)
  await answer({ verdict: 'edited', content: { to: 'ana@example.org', text: 'mine' } })
  await company.clock.advance(60_000 as never)
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
  expect(corner.acted).toEqual(['post ana@example.org: mine'])
})
