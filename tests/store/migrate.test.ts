import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { backupPath, migrate } from '../../src/store/migrate.ts'
import { migrations } from '../../src/store/migrations/all.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { startChild } from './child.ts'
import { faultOf, tempFolder } from './open-store.ts'

const first = `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE mails (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id)) STRICT`
const second = 'ALTER TABLE people ADD COLUMN city TEXT'
const third = 'CREATE INDEX people_by_city ON people (city)'

function oldStore(): string {
  const path = join(tempFolder(), 'company.db')
  migrate(path, [first])
  run(path, "INSERT INTO people (id, name) VALUES (1, 'Ana'), (2, 'Ben'); INSERT INTO mails VALUES (1, 2)")
  return path
}

function run(path: string, sql: string): void {
  const connection = new DatabaseSync(path)
  connection.exec(sql)
  connection.close()
}

function ask(path: string, sql: string): unknown[] {
  const connection = new DatabaseSync(path, { readOnly: true })
  const rows = connection.prepare(sql).all()
  connection.close()
  return rows.map((row) => ({ ...row }))
}

const files = (path: string): string[] =>
  readdirSync(join(path, '..'))
    .filter((name) => !/-(wal|shm)$/.test(name))
    .sort()

const everything = (path: string): unknown => [
  ask(path, 'SELECT * FROM people'),
  ask(path, 'SELECT sql FROM sqlite_schema'),
  ask(path, 'PRAGMA user_version'),
]

test('a new store gets all migrations at once, without a copy', () => {
  const path = join(tempFolder(), 'company.db')
  migrate(path, [first, second, third])
  expect(ask(path, 'PRAGMA user_version')).toEqual([{ user_version: 3 }])
  expect(files(path)).toEqual(['company.db'])
})

test('an old store is brought up, keeps its rows, and a backup stays as it was', () => {
  const path = oldStore()
  const before = everything(path)
  migrate(path, [first, second, third])
  expect(ask(path, 'SELECT id, name, city FROM people')).toEqual([
    { id: 1, name: 'Ana', city: null },
    { id: 2, name: 'Ben', city: null },
  ])
  expect(ask(path, 'PRAGMA user_version')).toEqual([{ user_version: 3 }])
  expect(everything(backupPath(path, 1))).toEqual(before)

  run(path, 'DELETE FROM mails')
  expect(ask(backupPath(path, 1), 'SELECT count(*) AS mails FROM mails')).toEqual([{ mails: 1 }])
})

test('what was committed but only in the write-ahead log comes along', async () => {
  const path = oldStore()
  const child = startChild(`
    import { DatabaseSync } from 'node:sqlite'
    const connection = new DatabaseSync(${JSON.stringify(path)})
    connection.exec("PRAGMA journal_mode = WAL; INSERT INTO people (id, name) VALUES (3, 'Cid')")
    process.kill(process.pid, 'SIGKILL')`)
  expect(await child.ended).toBe('SIGKILL')
  expect(existsSync(`${path}-wal`)).toBe(true)
  migrate(path, [first, second])
  expect(ask(path, 'SELECT name FROM people WHERE id = 3')).toEqual([{ name: 'Cid' }])
})

test.each([
  ['is not SQL', 'CREATE TABL x (y)', 'syntax error'],
  ['fails half way', `${second}; INSERT INTO people (id, name) VALUES (1, 'again')`, 'UNIQUE'],
  ['leaves a reference to nobody', 'DELETE FROM people WHERE id = 2', 'mails refers to a row of people'],
])('a migration that %s changes nothing', (_what, bad, why) => {
  const path = oldStore()
  const before = readFileSync(path)
  const refused = faultOf(() => migrate(path, [first, 'CREATE TABLE fine (id INTEGER)', bad]))
  expect(refused.code).toBe('store.migration-failed')
  expect(refused.about.number).toBe('3')
  expect(refused.message).toContain(why)
  // Byte for byte.
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(join(path, '..'))).toEqual(['company.db'])
})

test('a migration that touches the journal is refused', () => {
  const path = join(tempFolder(), 'company.db')
  const events = 'CREATE TABLE events (seq INTEGER PRIMARY KEY, mac BLOB)'
  migrate(path, [events])
  run(path, "INSERT INTO events VALUES (1, x'01'), (2, x'02')")
  expect(faultOf(() => migrate(path, [events, 'DELETE FROM events WHERE seq = 2'])).message).toContain('journal')
  expect(ask(path, 'SELECT count(*) AS events FROM events')).toEqual([{ events: 2 }])
})

test('what an interrupted migration left behind does no harm', () => {
  const path = oldStore()
  writeFileSync(`${path}.migrating`, 'half a copy')
  writeFileSync(backupPath(path, 1), 'half a backup')
  migrate(path, [first, second])
  expect(ask(path, 'SELECT city FROM people WHERE id = 1')).toEqual([{ city: null }])
  expect(ask(backupPath(path, 1), 'PRAGMA user_version')).toEqual([{ user_version: 1 }])
  expect(files(path)).toEqual(['company.db', 'company.db.schema-1'])
})

test('a store that somebody has open is not migrated under their feet', () => {
  const path = oldStore()
  const other = new DatabaseSync(path)
  other.exec('PRAGMA journal_mode = WAL; BEGIN; SELECT * FROM people')
  try {
    expect(faultOf(() => openSqlite(path, { migrations: [first, second] })).code).toBe('store.busy')
  } finally {
    other.close()
  }
  expect(ask(path, 'PRAGMA user_version')).toEqual([{ user_version: 1 }])
})

test('a store of a newer Soloist is refused and left alone', () => {
  const path = oldStore()
  run(path, 'PRAGMA user_version = 99')
  const before = readFileSync(path)
  const refused = faultOf(() => openSqlite(path))
  expect(refused.code).toBe('store.newer')
  expect(refused.message).toContain(`schema 99; this Soloist knows up to ${migrations.length}.`)
  expect(refused.next).toContain('Install the newer Soloist')
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('the migrated file keeps its mode', () => {
  const path = oldStore()
  chmodSync(path, 0o600)
  migrate(path, [first, second])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('two processes that make the same new store at once both get it', async () => {
  const path = join(tempFolder(), 'company.db')
  const script = `
    import { openSqlite } from 'SRC/store/sqlite.ts'
    process.stdout.write('ready\\n')
    process.stdin.once('data', async () => {
      const store = openSqlite(${JSON.stringify(path)})
      await store.write((tx) => tx.db.insertInto('rates').values({ key: String(process.pid), window_at: 0, count: 1 }).execute())
      await store.close()
      process.exit(0)
    })`
  const children = [startChild(script), startChild(script), startChild(script)]
  for (const child of children) await child.line()
  for (const child of children) child.say('go')
  for (const child of children) expect([await child.ended, child.stderr()]).toEqual([0, ''])
  expect(ask(path, 'SELECT count(*) AS rates FROM rates')).toEqual([{ rates: 3 }])
})
