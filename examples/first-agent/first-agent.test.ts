import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rehearse } from 'soloist/testing'

const message = 'The zip I ordered is blue, not black, and the coat is for Saturday.'
const sorted = { about: 'order', urgent: true, summary: 'They got a blue zip instead of a black one.' }

test('an agent gives what its schema says, made from its instructions and its input', async () => {
  await using stage = await rehearse(import.meta.dirname, { agents: { sorter: [{ output: sorted, confidence: 0.8 }] } })
  const run = await stage.run('sort-message', { message })
  assert.deepEqual(run.output, sorted)
  assert.equal(run.task('sort').confidence, 0.8)
  const [call] = stage.calls('sorter')
  assert.deepEqual(call?.input, { message })
  assert.match(call?.prompt ?? '', /a small repair shop/)
})

test('an answer that does not fit is asked for again', async () => {
  await using stage = await rehearse(import.meta.dirname, {
    agents: { sorter: ({ index }) => (index === 0 ? { about: 'lamp' } : sorted) },
  })
  const run = await stage.run('sort-message', { message })
  assert.deepEqual(run.output, sorted)
  assert.equal(stage.calls('sorter').length, 2)
})

test('without any model the offline one keeps to the schema, and is not sure', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('sort-message', { message })
  assert.equal(run.state, 'done')
  assert.equal(run.task('sort').madeBy?.model, 'offline/extractive')
  assert.equal(run.task('sort').confidence, 0.3)
})
