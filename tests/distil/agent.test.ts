import assert from 'node:assert/strict'
import { test } from 'vitest'
import { z } from 'zod'
import { agent, distillerInput, distillerOutput, usd } from '../../src/index.ts'
import type { Price } from '../../src/models/model.ts'
import { openDistilling } from '../../src/os/distil/distilling.ts'
import { distilNext } from '../../src/os/distil/work.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { days, minutes } from '../../src/values/time.ts'
import { openAtWork } from './at-work.ts'

const distiller = agent({
  name: 'distiller',
  version: 1,
  does: 'Says what lasts.',
  tier: 'cheap',
  instructions: './distiller.md',
  input: distillerInput,
  output: distillerOutput,
  budget: { cost: usd(0.1) },
})

const open = (replies: readonly Reply[] | (() => Reply), price: Price = 'free') => {
  const model = scriptedModel(replies, { price })
  return openAtWork({ agents: [distiller], models: { cheap: [model] } }).then((company) => ({ ...company, model }))
}

const fact = (sources: number[], key = 'bread', is = 'likes rye') => ({ key, is, confidence: 1, sources })

test('the distiller is run like any other work, and what it cites must have been there', async () => {
  const { person, say, pass, facts, events, kernel, model } = await open([{ output: { facts: [fact([0])] } }])
  const ana = await person('Ana', 'ana@example.org')
  const seq = await say(ana, 'Rye is what I like. I am vegan.')
  await pass(days(31))
  // The script knew no event by its number: what it named is not there.
  const [told] = await events('memory.distilled')
  assert.deepEqual([told?.payload?.by, told?.payload?.dropped], ['agent', { 'interaction.recorded': 1, statement: 1 }])
  assert.match(model.calls[0]!.prompt, /Rye is what I like/)
  const run = await kernel.store.read
    .selectFrom('runs')
    .selectAll()
    .where('workflow', '=', 'distil')
    .executeTakeFirstOrThrow()
  assert.deepEqual([run.subject, run.lane, run.origin, run.state], [ana, 'background', 'external', 'done'])
  assert.equal((await facts(ana))['said.bread'], undefined)
  assert.ok(seq > 0)
})

test('what it says of messages that it was given becomes facts of their origin, never quite certain', async () => {
  let seq = 0
  const { person, say, pass, kernel, facts } = await open(() => ({
    output: { facts: [fact([seq]), fact([seq], '???')] },
  }))
  const ana = await person('Ana', 'ana@example.org')
  seq = await say(ana, 'Rye is what I like.')
  await pass(days(31))
  const [known] = await kernel.identities.facts.history(ana, 'said.bread', { limit: 1 })
  assert.deepEqual([known?.value, known?.origin, known?.confidence], [{ is: 'likes rye' }, 'external', 0.8])
  assert.deepEqual(Object.keys(await facts(ana)), ['count.messages', 'said.bread'])
})

const broken = { error: Object.assign(new Error('cut'), { name: 'AbortError' }) }
const dear = { perMillionIn: usd(1000), perMillionOut: usd(1000) }

test.each([
  ['the model fails', () => open(() => broken)],
  ['the answer is nonsense', () => open(() => ({ text: 'no JSON at all' }))],
  ['the money is short', () => open([], dear)],
])('where %s, forms of sentences do it', async (_what, opened) => {
  const { person, say, pass, facts, events } = await opened()
  const ana = await person('Ana', 'ana@example.org')
  await say(ana, 'I am vegan.')
  // Until all attempts are over, or the deadline of the run is.
  for (const wait of [days(31), ...Array.from({ length: 10 }, () => minutes(30))]) await pass(wait)
  assert.equal((await events('memory.distilled'))[0]?.payload?.by, 'extract')
  assert.ok('said.diet.vegan' in (await facts(ana)))
})

test('a distiller of another form is told as trouble, and holds nothing up', async () => {
  const poem = z.object({ poem: z.string() })
  const { name, version, does, instructions } = distiller
  const odd = agent({ name, version, does, instructions, tier: 'cheap', input: poem, output: distillerOutput })
  const company = await openAtWork({ agents: [odd], models: { cheap: [scriptedModel([])] } })
  const ana = await company.person('Ana', 'ana@example.org')
  await company.say(ana, 'I am vegan.')
  await company.pass(days(31))
  assert.equal(company.chore.trouble?.()?.code, 'plan.missing-input')
  assert.ok('said.diet.vegan' in (await company.facts(ana)))
})

test('a run that was asked is taken up by whoever looks next, for what it was asked and no more', async () => {
  let seq = 0
  const { person, say, clock, kernel, facts, call, os } = await open(() => ({ output: { facts: [fact([seq])] } }))
  const ana = await person('Ana', 'ana@example.org')
  seq = await say(ana, 'Rye is what I like.')
  await clock.advance(days(1))
  // The company does not work by itself here: the desk asks.
  const asked = (await call('memory.distil', { olderThanDays: 0 })) as { asked: string[] }
  assert.equal(asked.asked.length, 1)
  await say(ana, 'And I am vegan.')
  await os.idle()
  await clock.advance(days(1))
  const { parts } = openDistilling(
    { kernel, config: { memory: {}, operator: { timeZone: 'UTC' } } as never },
    () => undefined,
  )
  const done = await distilNext(parts, { identity: ana, of: 'person', after: 0, before: clock.now() })
  assert.deepEqual([done.state, done.state === 'kept' && done.read], ['kept', 1])
  assert.ok('said.bread' in (await facts(ana)))
})
