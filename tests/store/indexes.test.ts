import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { keptSchema } from '../../scripts/dump-schema.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { openVault } from '../../src/store/vault.ts'
import { anchorHead } from '../../src/telemetry/anchor.ts'
import { openJournal } from '../../src/telemetry/journal.ts'
import { verifyChain } from '../../src/telemetry/verify.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { growingTables, unindexed } from '../../src/testing/index-check.ts'
import type { IdentityId, RunId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { tempFolder } from './open-store.ts'

function kernel(): DatabaseSync {
  const connection = new DatabaseSync(':memory:')
  connection.exec(keptSchema())
  onTestFinished(() => connection.close())
  return connection
}

test('every query of store, vault, journal and verify has its index', async () => {
  const sqls = new Set<string>()
  const folder = tempFolder()
  const store = openSqlite(join(folder, 'company.db'), { onQuery: (sql) => sqls.add(sql) })
  onTestFinished(() => store.close())
  const clock = fakeClock(instant(0))
  const vault = await openVault(store, Buffer.alloc(32, 1), clock)
  const journal = openJournal(store, vault, clock)
  const [subject, run] = ['idn_ana' as IdentityId, 'run_1' as RunId]
  await store.write((tx) => vault.setSecret(tx, 'smtp', 'hunter2'))
  await store.write((tx) => journal.append(tx, { kind: 'run.held', subject, origin: 'system', run, payload: {} }))
  await journal.at([1])
  await journal.page({ after: 0, limit: 10 })
  await journal.page({ after: 0, limit: 10, run })
  await journal.page({ after: 0, limit: 10, subject, kind: 'run.held' })
  await journal.page({ after: 0, limit: 10, kind: 'run.held' })
  await verifyChain({ read: store.read, chainKey: vault.chainKey, anchors: [] })
  await anchorHead(store.read, { path: join(folder, 'anchors'), at: instant(0), epoch: 1 })
  await store.write((tx) => vault.destroyKey(tx, subject))
  await store.write((tx) => vault.removeSecret(tx, 'smtp'))
  expect(sqls.size).toBeGreaterThan(12)
  expect(unindexed(kernel(), sqls)).toEqual([])
})

test.each([
  'select * from "events" where "version" = ?',
  'select count(*) from "tasks"',
  'select "t"."id" from "tasks" as "t" where "t"."owner" = ?',
  'select * from "runs" where "id" in (select "run_id" from "effects" where "step" = ?)',
  'update "tasks" set "priority" = ? where "name" = ?',
  'delete from "steps" where "kind" = ?',
  'select * from "events" order by "at" limit 10',
])('the check finds %s', (sql) => {
  expect(unindexed(kernel(), [sql])).toHaveLength(1)
})

test.each([
  'select * from "events" where "seq" > ? order by "seq" limit ?',
  `select * from "tasks" where "state" = 'ready' order by "lane", "priority", "due_at", "id" limit 10`,
  'select "t"."id" from "tasks" as "t" where "t"."run_id" = ? and "t"."state" = ?',
  'select * from "runs" order by "started_at" desc limit 20',
  'select * from "secrets"',
  'insert into "rates" ("key", "window_at", "count") values (?, ?, ?)',
  'commit',
])('the check is content with %s', (sql) => {
  expect(unindexed(kernel(), [sql])).toEqual([])
})

// They grow with what the operator sets up and says.
const small = [
  'meta',
  'secrets',
  'schedules',
  'releases',
  'release_shares',
  'withdrawals',
  'trials',
  'replays',
  'backups',
  'knowledge',
  'retired',
  'controls',
  'upkeep_pauses',
  'upkeep_seen',
]

test('every table of the kernel is either growing or known to be small', () => {
  const tables = [...keptSchema().matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name]) => name)
  expect([...growingTables, ...small].sort()).toEqual(tables.sort())
})

test('every foreign key of a growing table leads to a key', () => {
  const connection = kernel()
  for (const table of growingTables) {
    for (const { table: parent, to } of connection.prepare(`PRAGMA foreign_key_list(${table})`).all()) {
      expect(unindexed(connection, [`select 1 from ${parent} where ${to} = ?`])).toEqual([])
    }
  }
})
