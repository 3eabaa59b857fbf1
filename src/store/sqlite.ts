import { DatabaseSync } from 'node:sqlite'
import { fault, Refusal } from '../values/fault.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { sqliteKysely } from './sqlite-driver.ts'
import type { CrashPoints, Store } from './store.ts'

// Another process may hold the write lock for one batch and its fsync; five seconds outlast a slow disk, not a hung one.
const busyMs = 5000

/**
 * Opens (and creates or migrates) the store in one file. WAL with `synchronous=FULL`: what a promise said is on disk. Deleted
 * text is overwritten (`secure_delete`), so that forgetting leaves nothing in free pages.
 * Faults: `store.unwritable`, `store.corrupt`, `store.newer`, `store.full`.
 */
export function openSqlite(path: string, crash?: CrashPoints): Store {
  try {
    return open(path, crash)
  } catch (error) {
    throw sqliteFault(error, path)
  }
}

function open(path: string, crash: CrashPoints | undefined): Store {
  const writer = new DatabaseSync(path, { timeout: busyMs, enableForeignKeyConstraints: true })
  writer.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000',
  )
  migrate(writer, path)
  const reader = new DatabaseSync(path, { timeout: busyMs, readOnly: true })
  const commits = new GroupCommit(writer, sqliteKysely(writer), crash)
  return {
    dialect: 'sqlite',
    read: sqliteKysely(reader),
    write: (work) =>
      commits.write(work).catch((error: unknown) => {
        throw sqliteFault(error, path)
      }),
    async close() {
      await commits.idle()
      reader.close()
      writer.close()
    },
  }
}

/** SQLite's own refusals as faults; anything else unchanged. Codes: https://www.sqlite.org/rescode.html */
export function sqliteFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error
  const primary = Number(error.errcode) & 0xff
  const why = error.message
  if (primary === 13) return new Refusal(fault('store.full', { path }))
  if (primary === 8 || primary === 14) return new Refusal(fault('store.unwritable', { path, why }))
  if (primary === 10 || primary === 11 || primary === 26) return new Refusal(fault('store.corrupt', { path, why }))
  return error
}
