import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { backupPath, migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { fill, smallDisk } from '../bad-input/command-line.ts'
import { startChild } from '../store/child.ts'
import { faultOf, tempFolder } from '../store/open-store.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

const first = 'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, photo BLOB) STRICT'
const second = 'ALTER TABLE people ADD COLUMN city TEXT'
const third = 'CREATE INDEX people_by_city ON people (city)'

/** A store of an earlier schema, closed as it is when a company ends well. */
function oldStore(folder: string, people = 50): string {
  const path = join(folder, 'company.db')
  migrate(path, [first])
  const connection = new DatabaseSync(path)
  connection.exec('PRAGMA journal_mode = WAL')
  const insert = connection.prepare('INSERT INTO people (name, photo) VALUES (?, randomblob(4000))')
  connection.exec('BEGIN')
  for (let count = 1; count <= people; count += 1) insert.run(`person ${count}`)
  connection.exec('COMMIT')
  connection.close()
  return path
}

const versionOf = (path: string): number => {
  const connection = new DatabaseSync(path, { readOnly: true })
  const { user_version: version } = connection.prepare('PRAGMA user_version').get() ?? {}
  connection.close()
  return Number(version)
}

// Where a process is killed: what is called, and whether before it, in its midst or after it.
const moments = [
  ['the copying', 'copy', 'before'],
  ['the copying', 'copy', 'amid'],
  ['the copying', 'copy', 'after'],
  ['the first migration', 'exec', 'before'],
  ['the first migration', 'exec', 'after'],
  ['keeping the old file', 'linkSync', 'before'],
  ['keeping the old file', 'linkSync', 'after'],
  ['the swap', 'renameSync', 'before'],
  ['the swap', 'renameSync', 'after'],
] as const

/** Migrates in a process that kills itself at a moment. */
function migrateUntil(path: string, what: string, when: string): Promise<number | string> {
  const script = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    import { DatabaseSync } from 'node:sqlite'
    const die = () => process.kill(process.pid, 'SIGKILL')
    const around = (call, amid) => function (...given) {
      if ('${when}' === 'before') die()
      const result = call.apply(this, given)
      if ('${when}' === 'amid') amid(...given)
      die()
      return result
    }
    const { exec, prepare } = DatabaseSync.prototype
    if ('${what}' === 'exec') {
      const dying = around(exec)
      DatabaseSync.prototype.exec = function (sql) {
        return (/^BEGIN; /.test(sql) ? dying : exec).call(this, sql)
      }
    } else if ('${what}' === 'copy') {
      DatabaseSync.prototype.prepare = function (sql) {
        const statement = prepare.call(this, sql)
        if (!sql.startsWith('VACUUM INTO')) return statement
        const run = around((to) => statement.run(to), (to) => fs.truncateSync(to, fs.statSync(to).size / 2))
        return { run }
      }
    } else fs['${what}'] = around(fs['${what}'])
    syncBuiltinESMExports()
    const { migrate } = await import('SRC/store/migrate.ts')
    migrate(${JSON.stringify(path)}, ${JSON.stringify([first, second, third])})`
  return startChild(script).ended
}

test('killed at any moment, a migration has changed not a byte, or is done; and the next opening does it', async () => {
  const outcomes = []
  for (const [what, call, when] of moments) {
    const path = oldStore(tempFolder())
    const before = readFileSync(path)
    expect(await migrateUntil(path, call, when), `${when} ${what}`).toBe('SIGKILL')
    const isDone = versionOf(path) === 3
    if (!isDone) expect(readFileSync(path).equals(before), `${when} ${what}`).toBe(true)
    migrate(path, [first, second, third])
    expect(versionOf(path)).toBe(3)
    expect(readFileSync(backupPath(path, 1)).equals(before), `${when} ${what}`).toBe(true)
    expect(readdirSync(dirname(path)).sort()).toEqual(['company.db', 'company.db.schema-1'])
    outcomes.push(isDone)
  }
  expect(outcomes).toEqual([false, false, false, false, false, false, false, false, true])
})

test('on a full disk a migration changes not a byte, and is done when there is room', (context) => {
  const disk = smallDisk('8m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  const path = oldStore(disk, 300)
  const before = readFileSync(path)
  const filler = fill(disk)
  // Room to begin, and not enough for a copy.
  truncateSync(filler, statSync(filler).size - 400_000)
  expect(faultOf(() => openSqlite(path, { migrations: [first, second, third] })).code).toBe('store.full')
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(disk).sort()).toEqual([basename(path), basename(filler)].sort())
  rmSync(filler)
  migrate(path, [first, second, third])
  expect(versionOf(path)).toBe(3)
  expect(readFileSync(backupPath(path, 1)).equals(before)).toBe(true)
})

test('a store whose process was killed is taken up with what was only in its write-ahead log, and kept so', async () => {
  const path = oldStore(tempFolder())
  const child = startChild(`
    import { DatabaseSync } from 'node:sqlite'
    const connection = new DatabaseSync(${JSON.stringify(path)})
    connection.exec("INSERT INTO people (name) VALUES ('Zoe')")
    process.kill(process.pid, 'SIGKILL')`)
  expect(await child.ended).toBe('SIGKILL')
  expect(existsSync(`${path}-wal`)).toBe(true)
  expect(faultOf(() => migrate(path, [first, 'no SQL'])).code).toBe('store.migration-failed')
  migrate(path, [first, second])
  for (const file of [path, backupPath(path, 1)]) {
    const connection = new DatabaseSync(file)
    expect(connection.prepare("SELECT count(*) AS n FROM people WHERE name = 'Zoe'").get()).toMatchObject({ n: 1 })
    connection.close()
  }
})
