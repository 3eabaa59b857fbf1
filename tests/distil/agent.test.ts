import assert from 'node:assert/strict'
import { test } from 'vitest'
import { z } from 'zod'
import { agent, distillerInput, distillerOutput, usd } from '../../src/index.ts'
import { openDistilling } from '../../src/os/distil/distilling.ts'
import { distilNext } from '../../src/os/distil/work.ts'
import { type Reply, scriptedModel } from '../../src/testing/scripted-model.ts'
import { instant, later, days } from '../../src/values/time.ts'
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

const open = (replies: readonly Reply[] | (() => Reply), price: 'free' | { tokensIn: ReturnType<typeof usd>; tokensOut: ReturnType<typeof usd> } = 'free') => {
  const model = scriptedModel(replies, { price: price as never })
  return openAtWork({ agents: [distiller], models: { cheap: [model] } }).then((company) => ({ ...company, model }))
}

const fact = (sources: number[], key = 'bread', is = 'likes rye') => ({ key, is, confidence: 1, sources })

test('the distiller is run like any other work, and its facts name their events', async () => {
  const { person, say, pass, facts, events, kernel, model } = await open([{ output: { facts: [fact([0])] } }])
  const ana = await person('Ana', 'ana@example.org')
  const seq = await say(ana, 'Rye is what I like. I am vegan.')
  model.calls.length satisfies number
  await pass(days(31))
  // The script knew no event by its number: what it named is not there.
  const [told] = await events('memory.distilled')
  assert.deepEqual([told?.payload?.by, told?.payload?.dropped], ['agent', { 'interaction.recorded': 1, statement: 1 }])
  assert.match(model.calls[0]!.prompt, /Rye is what I like/)
  const run = await kernel.store.read.selectFrom('runs').selectAll().where('workflow', '=', 'distil').executeTakeFirstOrThrow()
  assert.deepEqual([run.subject, run.lane, run.origin, run.state], [ana, 'background', 'external', 'done'])
  assert.equal((await facts(ana))['said.bread'], undefined)
  assert.ok(seq > 0)
})

test('what it says of messages that it was given becomes facts of their origin, never quite certain', async () => {
  let seq = 0
  const { person, say, pass, kernel, facts } = await open(() => ({ output: { facts: [fact([seq]), fact([seq], '???')] } }))
  const ana = await person('Ana', 'ana@example.org')
  seq = await say(ana, 'Rye is what I like.')
  await pass(days(31))
  const [known] = await kernel.identities.facts.history(ana, 'said.bread', { limit: 1 })
  assert.deepEqual([known?.value, known?.origin, known?.confidence], [{ is: 'likes rye' }, 'external', 0.8])
  assert.deepEqual(Object.keys(await facts(ana)), ['count.messages', 'said.bread'])
})

test('where the model fails, the money is short or the answer is nonsense, forms of sentences do it', async () => {
  const dear = { tokensIn: usd(1), tokensOut: usd(1) }
  const cases = [
    await open(() => ({ error: new Error('broken') })),
    await open(() => ({ text: 'no JSON at all' })),
    await open([], dear),
  ]
  for (const { person, say, pass, facts, events, clock } of cases) {
    const ana = await person('Ana', 'ana@example.org')
    await say(ana, 'I am vegan.')
    for (let round = 0; round < 12; round += 1) await pass(round === 0 ? days(31) : later(instant(0), days(0.05)) as never)
    assert.ok(clock.now() > 0)
    assert.equal((await events('memory.distilled'))[0]?.payload?.by, 'extract')
    assert.ok('said.diet.vegan' in (await facts(ana)))
  }
})

test('a distiller of another form is told as trouble, and holds nothing up', async () => {
  const odd = agent({ ...distiller, input: z.object({ poem: z.string() }) as never })
  const company = await openAtWork({ agents: [odd], models: { cheap: [scriptedModel([])] } })
  const ana = await company.person('Ana', 'ana@example.org')
  await company.say(ana, 'I am vegan.')
  await company.pass(days(31))
  assert.equal(company.chore.trouble?.()?.code, 'plan.bad-wire')
  assert.ok('said.diet.vegan' in (await company.facts(ana)))
})

test('a run that was asked is taken up by whoever looks next, for what it was asked and no more', async () => {
  let seq = 0
  const { person, say, clock, kernel, facts, call, os } = await open(() => ({ output: { facts: [fact([seq])] } }))
  const ana = await person('Ana', 'ana@example.org')
  seq = await say(ana, 'Rye is what I like.')
  await clock.advance(days(1))
  const asked = (await call('memory.distil', { olderThanDays: 0 })) as { asked: string[] }
  assert.equal(asked.asked.length, 1)
  await say(ana, 'And I am vegan.')
  await os.idle()
  await clock.advance(days(1))
  const { parts } = openDistilling({ kernel, config: { memory: {}, operator: { timeZone: 'UTC' } } as never }, () => undefined)
  const done = await distilNext(parts, { identity: ana, of: 'person', after: 0, before: clock.now() })
  assert.deepEqual([done.state, done.state === 'kept' && done.read], ['kept', 1])
  assert.ok('said.bread' in (await facts(ana)))
})
