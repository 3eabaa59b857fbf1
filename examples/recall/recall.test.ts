import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rehearse, type Stage } from 'soloist/testing'

const question = { from: 'ana@example.org', letter: 'Is my coat with the blue zip ready?' }

async function stageWithAna(): Promise<Stage> {
  const stage = await rehearse(import.meta.dirname, { agents: { writer: () => ({ text: 'Dear Ana' }) } })
  const identity = await stage.identity('person', 'Ana', 'ana@example.org')
  await stage.desk('identities.fact', { identity, key: 'size', value: 'between 38 and 40' })
  const said = { identity, channel: 'call', by: 'them', speaker: 'Ana' }
  await stage.desk('identities.note', { ...said, text: 'The coat needs a new zip. Please take a blue one.' })
  return stage
}

/** The texts that the writer was given of memory the last time. */
const remembered = (stage: Stage) =>
  stage
    .calls('writer')
    .at(-1)
    ?.memory.map(({ text }) => text) ?? []
const has = (texts: readonly string[], words: string) => texts.some((text) => text.includes(words))

test('an agent is given what is known of the customer, what they said, and the rules', async () => {
  await using stage = await stageWithAna()
  await stage.run('answer-letter', question)
  for (const words of ['between 38 and 40', 'Please take a blue one', 'promise a day'])
    assert.ok(has(remembered(stage), words), words)
})

test('nothing of it is said to another customer', async () => {
  await using stage = await stageWithAna()
  await stage.identity('person', 'Ben', 'ben@example.org')
  await stage.run('answer-letter', { ...question, from: 'ben@example.org' })
  assert.ok(!has(remembered(stage), 'blue one') && !has(remembered(stage), '38'))
})

test('what the operator changed in one answer is known when the next is written', async () => {
  await using stage = await stageWithAna()
  const run = await stage.run('answer-letter', question)
  await run.gate('check').edit({ text: 'Hello Ana' })
  await stage.run('answer-letter', question)
  assert.ok(has(remembered(stage), 'changed "Dear Ana" to "Hello Ana"'))
})

test('what a customer said is marked as text from outside', async () => {
  await using stage = await stageWithAna()
  await stage.run('answer-letter', question)
  const line = stage.calls('writer')[0]?.memory.find(({ text }) => text.includes('blue one'))
  assert.equal(line?.origin, 'external')
})
