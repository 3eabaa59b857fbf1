import { accessSync, constants, existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type Fault, Refusal } from '../values/fault.ts'
import { aside } from './aside.ts'
import { Enclosure } from './enclosure.ts'
import { fileFault } from './file-fault.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import { sqliteKysely } from './sqlite-driver.ts'
import { busyMs, sqliteFault } from './sqlite-fault.ts'
import type { CrashPoints, Store } from './store.ts'
import { enterWal } from './wal.ts'

export interface SqliteOptions {
  readonly crash?: CrashPoints
  /** In place of the company's own, for tests. */
  readonly migrations?: readonly string[]
  /** Hears of each SQL text when it is prepared: for the check that each query has its index. */
  onQuery?(sql: string): void
}

/**
 * Opens (and creates or migrates) the store in one file; the caller holds the company's lock. WAL with `synchronous=FULL`:
 * what a promise said is on disk. Deleted text is overwritten (`secure_delete`), so that forgetting leaves nothing in free
 * pages. Faults: `store.unwritable`, `store.corrupt`, `store.newer`, `store.full`, `store.busy`, `store.migration-failed`.
 */
export function openSqlite(path: string, options: SqliteOptions = {}): Store {
  const opened: DatabaseSync[] = []
  try {
    // SQLite opens what it may not write for reading, and says so only at the first write.
    if (existsSync(path)) accessSync(path, constants.W_OK)
    migrate(path, options.migrations ?? migrations)
    return open(path, options, opened)
  } catch (error) {
    for (const connection of opened) connection.close()
    throw fileFault(sqliteFault(error, path), path)
  }
}

// The WAL is cut back to this after a burst, so that it does not keep its largest size for ever.
const walBytes = 64 * 2 ** 20

function open(path: string, options: SqliteOptions, opened: DatabaseSync[]): Store {
  const writer = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true })
  opened.push(writer)
  enterWal(writer)
  // temp_store: what a savepoint would have to restore is kept in memory; one large transaction in a batch would otherwise
  // make all after it write each page they touch to a temporary file (3 of 4 µs that an event takes).
  writer.exec(`
    PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000;
    PRAGMA journal_size_limit = ${walBytes}; PRAGMA temp_store = MEMORY`)
  const reader = new DatabaseSync(path, { timeout: busyMs, readOnly: true })
  opened.push(reader)

  const translate = (error: unknown): unknown => sqliteFault(error, path)
  const onQuery = options.onQuery
  const seams = onQuery ? { translate, onQuery } : { translate }
  const enclosure = new Enclosure(writer)
  const commits = new GroupCommit(writer, sqliteKysely(writer, { ...seams, enclosure }), enclosure, options.crash)
  let refusal: Fault | undefined
  return {
    dialect: 'sqlite',
    read: sqliteKysely(reader, seams),
    write: (work) =>
      commits
        .write((tx) => (refusal ? Promise.reject(new Refusal(refusal)) : work(tx)))
        .catch((error: unknown) => {
          throw translate(error)
        }),
    refuseWrites(why) {
      refusal = why
    },
    scrub: () =>
      commits
        .alone(() => aside<boolean>(import.meta.url, './scrub-thread', path))
        .catch((error: unknown) => {
          throw translate(error)
        }),
    async close() {
      await commits.close()
      for (const connection of [reader, writer]) if (connection.isOpen) connection.close()
    },
  }
}
