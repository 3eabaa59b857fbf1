import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrations } from '../../src/store/migrations/all.ts'
import { keep, makeCompany } from './fixture.ts'
import { statesIn } from './states.ts'

// With KEEP_SCHEMA=N the store is kept as tests/upgrade/schema-N.db.gz: to be done once, before a migration follows N.
const wanted = Number(process.env.KEEP_SCHEMA ?? migrations.length)

test('the company whose store is kept for later upgrades has something of everything', async () => {
  const path = await makeCompany(wanted)
  const connection = new DatabaseSync(path)
  const states = statesIn(connection)
  connection.close()
  expect(states).toEqual(everything)
  if (process.env.KEEP_SCHEMA) keep(wanted, path)
})

const everything = {
  runs: ['cancelled', 'done', 'failed', 'held', 'running', 'undo-held', 'undone'],
  tasks: ['cancelled', 'claimed', 'done', 'failed', 'held', 'ready', 'skipped', 'waiting'],
  effects: ['done', 'intended', 'refused', 'undone', 'unknown'],
  gates: ['approved', 'edited', 'expired', 'open', 'rejected'],
  memberships: ['active', 'unsubscribed'],
}
