import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { decide } from '../../src/executor/decide.ts'
import { agent, usd, type WhenSpent, workflow } from '../../src/index.ts'
import { type Script, type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
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
const flowOf = (whenSpent: WhenSpent) =>
  workflow({ name: whenSpent, input: Given, budget: { cost: usd(0.05), whenSpent } }, (flow, given) =>
    flow.task('work', writer, { about: given.get('about') }),
  )
// 1,000 tokens out are 0.1 dollars: the purse of 0.05 pays some 470 of them, prompt included.
const price = { perMillionIn: usd(1), perMillionOut: usd(100) }

async function open(script: Script) {
  model = scriptedModel(script, { price, name: 'dear/one' })
  company = await openTestCompany(
    { workflows: (['ask', 'stop', 'defer'] as const).map(flowOf), models: { standard: [model] } },
    { 'agents/writer.md': 'Write.' },
  )
}
const purse = (run: string) => company.kernel.budget.spentOn({ scope: `run:${run}`, period: 'life' })
const cut = { text: '{"output":{"bo', usage: { tokensIn: 1000, tokensOut: 400 }, finish: 'length' as const }

test.each(['ask', 'stop', 'defer'] as const)(
  "where the purse pays a shorter answer, it is asked for one: '%s'",
  async (name) => {
    await open([{ output: { body: 'short' }, usage: { tokensIn: 1000, tokensOut: 100 } }])
    const run = await company.run(name, { about: 'tea' })
    expect(await company.output(run)).toEqual({ body: 'short' })
    const { maxOutputTokens } = model.calls[0]!.options
    expect(maxOutputTokens).toBeGreaterThanOrEqual(256)
    expect(maxOutputTokens).toBeLessThan(500)
    expect(await company.gates()).toEqual([])
  },
)

test('no answer is asked for that would be longer than what is left, to the micro-dollar', async () => {
  let reserved = 0
  await open(async () => {
    reserved = (
      await purse((await company.kernel.store.read.selectFrom('runs').select('id').executeTakeFirstOrThrow()).id)
    ).reserved
    return { output: { body: 'short' }, usage: { tokensIn: 1000, tokensOut: 100 } }
  })
  await company.run('ask', { about: 'tea' })
  expect(reserved).toBeLessThanOrEqual(50_000)
  // One token more would have cost 100 more.
  expect(reserved).toBeGreaterThan(50_000 - 101)
})

test('an answer that is cut off for want of money asks the operator for it, not the model again', async () => {
  await open(({ index }) =>
    index === 0 ? cut : { output: { body: 'whole' }, usage: { tokensIn: 1000, tokensOut: 900 } },
  )
  const run = await company.run('ask', { about: 'tea' })
  expect(model.calls).toHaveLength(1)
  expect(await company.stateOf(run)).toBe('held')
  const [gate] = await company.gates()
  expect(gate?.reason).toBe('budget')
  await decide(company.kernel, gate!.id, { verdict: 'approved' })
  await company.worker.idle()
  expect(await company.output(run)).toEqual({ body: 'whole' })
  expect(model.calls.map((call) => call.options.maxOutputTokens).at(-1)).toBe(1000)
  const { spent, limit } = await purse(run)
  expect(spent).toBeLessThanOrEqual(limit!)
})

test("an answer that is cut off for want of money ends the task where its budget says 'stop'", async () => {
  await open([cut])
  const run = await company.run('stop', { about: 'tea' })
  expect(await company.fault(run)).toMatchObject({ code: 'budget.exhausted', retry: 'never' })
  expect(model.calls).toHaveLength(1)
})
