import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fault, Refusal, refuse } from '../values/fault.ts'
import { busyMs, sqliteFault } from './sqlite-fault.ts'
import { enterWal } from './wal.ts'

/**
 * Brings the store at `path` to the newest schema; `user_version` holds how many migrations were applied. A new store is made
 * at once. An old one is copied, the copy migrated and verified, and swapped in by one rename; the file as it was stays beside
 * it as `PATH.schema-N`. Until that rename not a byte has changed, whatever happens; but what a killed process left in the
 * write-ahead log is taken into the file first, as at each opening.
 * Needs the file to itself. Faults: `store.newer`, `store.migration-failed`, `store.full`, `store.busy`.
 */
export function migrate(path: string, migrations: readonly string[]): void {
  const found = makeOrInspect(path, migrations)
  if (found > migrations.length) refuse('store.newer', { path, found, known: migrations.length })
  if (found === migrations.length) return
  const copy = `${path}.migrating`
  removeDatabase(copy)
  try {
    copyTo(path, copy)
    migrateCopy(copy, found, migrations)
    chmodSync(copy, statSync(path).mode)
    keepAs(path, backupPath(path, found))
    // A log that belongs to the old file would be taken for the new one's.
    if (existsSync(`${path}-wal`)) refuse('store.busy', { path, seconds: busyMs / 1000 })
    renameSync(copy, path)
    syncToDisk(dirname(path))
  } finally {
    removeDatabase(copy)
  }
}

/** Where the store as it was before a migration from schema `version` is kept. */
export const backupPath = (path: string, version: number): string => `${path}.schema-${version}`

/** Makes a new store, in one transaction so that two processes may try; of an old one it says the version. */
function makeOrInspect(path: string, migrations: readonly string[]): number {
  return using(path, (connection) => {
    if (version(connection) > 0) return version(connection)
    enterWal(connection)
    connection.exec('BEGIN IMMEDIATE')
    if (version(connection) === 0) {
      for (const sql of migrations) connection.exec(sql)
      connection.exec(`PRAGMA user_version = ${migrations.length}`)
    }
    connection.exec('COMMIT')
    return version(connection)
  })
}

function copyTo(path: string, copy: string): void {
  using(path, (connection) => {
    // Refused while anyone else has the file open. It stays in WAL mode: to leave that would change the file.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE')
    connection.prepare('VACUUM INTO ?').run(copy)
  })
}

function migrateCopy(copy: string, found: number, migrations: readonly string[]): void {
  let number = found
  try {
    using(copy, (connection) => {
      const before = journalHead(connection)
      // Off while tables are rebuilt, as https://www.sqlite.org/lang_altertable.html#otheralter asks; checked below.
      connection.exec('PRAGMA foreign_keys = OFF')
      for (const sql of migrations.slice(found)) {
        number += 1
        connection.exec(`BEGIN; ${sql}; PRAGMA user_version = ${number}; COMMIT`)
      }
      verify(connection)
      if (journalHead(connection) !== before) throw new Error('the journal is not what it was')
    })
    syncToDisk(copy)
  } catch (error) {
    const translated = sqliteFault(error, copy)
    if (translated instanceof Refusal && translated.fault.code === 'store.full') throw translated
    throw new Refusal(fault('store.migration-failed', { number, why: (error as Error).message }))
  }
}

function verify(connection: DatabaseSync): void {
  const [first] = connection.prepare('PRAGMA integrity_check(1)').all()
  if (first?.integrity_check !== 'ok') throw new Error(String(first?.integrity_check))
  const [dangling] = connection.prepare('PRAGMA foreign_key_check').all()
  if (dangling) throw new Error(`a row of ${dangling.table} refers to a row of ${dangling.parent} that is not there`)
}

/** How many events there are and the last MAC: a migration that touches the journal would break its chain. */
function journalHead(connection: DatabaseSync): string {
  const sql = 'SELECT count(*), max(seq), (SELECT hex(mac) FROM events ORDER BY seq DESC LIMIT 1) FROM events'
  const exists = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'events'").get()
  return exists ? JSON.stringify(connection.prepare(sql).get()) : ''
}

/** The same file under a second name, or a copy of it where the file system knows no links. */
function keepAs(path: string, backup: string): void {
  rmSync(backup, { force: true })
  try {
    linkSync(path, backup)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(String((error as NodeJS.ErrnoException).code)))
      throw error
    copyFileSync(path, backup, constants.COPYFILE_FICLONE)
    syncToDisk(backup)
  }
}

function using<T>(path: string, work: (connection: DatabaseSync) => T): T {
  const connection = new DatabaseSync(path, { timeout: busyMs })
  try {
    return work(connection)
  } finally {
    connection.close()
  }
}

function version(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.user_version)
}

function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(path + suffix)) rmSync(path + suffix)
  }
}
