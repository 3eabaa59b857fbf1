import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rehearse, type Stage } from 'soloist/testing'

const notices = ({ folder }: Stage): number => {
  const board = join(folder, 'board')
  return existsSync(board) ? readdirSync(board).length : 0
}

test('an outward action waits at a gate that shows exactly what would happen', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('announce', { text: 'Open on Saturday.' })
  assert.equal(notices(stage), 0)
  assert.deepEqual(stage.gate().actions, ['board.post'])
  assert.deepEqual(stage.gate().content, { text: 'Open on Saturday.' })
  await stage.gate().approve()
  assert.equal(notices(stage), 1)
  assert.equal(run.state, 'done')
})

test('what is rejected does not happen', async () => {
  await using stage = await rehearse(import.meta.dirname)
  const run = await stage.run('announce', { text: 'Everything is free!' })
  await stage.gate().reject('It is not.')
  assert.equal(notices(stage), 0)
  assert.equal(run.fault?.code, 'gate.rejected')
})

test('a grant for two uses lets two go by, and the third one asks', async () => {
  await using stage = await rehearse(import.meta.dirname)
  await stage.desk('grants.give', { action: 'board.post', maxUses: 2, days: 30, why: 'Opening hours are routine' })
  for (const day of ['Monday', 'Tuesday', 'Wednesday']) await stage.run('announce', { text: `Closed on ${day}.` })
  assert.equal(notices(stage), 2)
  assert.deepEqual(stage.gate().content, { text: 'Closed on Wednesday.' })
})
