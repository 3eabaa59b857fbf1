import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rehearse } from 'soloist/testing'

const unpaid = [
  { id: 'R-1', to: 'ana@example.org', euros: 120 },
  { id: 'R-2', to: 'ben@example.org', euros: 40 },
  { id: 'R-3', to: 'cleo@example.org', euros: 75 },
]

test('each item gets tasks of its own, named by its id, and a gate of its own', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('remind', { unpaid })
  assert.equal(run.tasks['reminders/R-2/write'], 'done')
  assert.deepEqual(stage.gates.map((gate) => gate.name).sort(), [
    'reminders/R-1/check',
    'reminders/R-2/check',
    'reminders/R-3/check',
  ])
})

test('gates of the kind batch may be answered together', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('remind', { unpaid })
  const gates = stage.gates.map((gate) => gate.view.id)
  await stage.desk('gates.decideBatch', { gates, answer: { verdict: 'approved' } })
  assert.equal(run.effects('mail.send').length, 3)
  assert.equal(run.state, 'done')
})

test('an item that is rejected is left out, and the others go on', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('remind', { unpaid })
  await stage.gate('reminders/R-2/check').reject('Ben paid in cash.')
  await stage.gate('reminders/R-1/check').approve()
  await stage.gate('reminders/R-3/check').approve()
  assert.deepEqual(
    run.effects('mail.send').map(({ input }) => (input as { to: string }).to),
    ['ana@example.org', 'cleo@example.org'],
  )
  assert.equal(run.state, 'done')
})

test('more items than the plan allows are refused before anything is done', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const many = Array.from({ length: 101 }, (_, n) => ({ id: `R-${n}`, to: 'ana@example.org', euros: 1 }))
  const run = await stage.run('remind', { unpaid: many })
  assert.equal(run.fault?.code, 'task.too-many-items')
})
