import { basename, dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { refuse } from '../values/fault.ts'
import { isBusy, sqliteFault } from './sqlite-fault.ts'

/** The right to open the company, held by one process at a time. */
export interface Lock {
  /** Lets another process have it. Once is enough; more does nothing. */
  release(): void
}

// A connection to which nobody refers is collected as garbage, and its lock would be gone with it.
const held = new Set<DatabaseSync>()

/**
 * Takes the company's lock: an exclusive transaction, held open on a small file of its own (`.soloist/lock.db`). The system
 * frees it when the process ends, however it ends; so there are no stale locks. While it is held, this process must not open
 * the file by other means: closing that descriptor would free the lock (POSIX). Never waits.
 * Faults: `store.owned`, `store.unwritable`.
 */
export function takeLock(path: string): Lock {
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { timeout: 0 })
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection?.close()
    if (isBusy(error)) refuse('store.owned', { folder: companyFolder(path) })
    throw sqliteFault(error, path)
  }
  const taken = connection
  held.add(taken)
  return {
    release() {
      held.delete(taken)
      if (taken.isOpen) taken.close()
    },
  }
}

function companyFolder(path: string): string {
  const folder = dirname(resolve(path))
  return basename(folder) === '.soloist' ? dirname(folder) : folder
}
