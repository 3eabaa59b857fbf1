import { chmodSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { fileFault } from '../../store/file-fault.ts'
import { busyMs, sqliteFault } from '../../store/sqlite-fault.ts'
import type { Places } from '../places.ts'
import { fileTroubles } from './files.ts'

/**
 * Puts right what cannot do harm, and says what it did. It touches no file that a living process may use, and no row.
 * Faults: `store.unwritable`, `store.full`, `store.busy`, `store.corrupt`.
 */
export async function mend(places: Places, isOwned: boolean): Promise<string[]> {
  const done: string[] = []
  for (const { mend: wanted } of fileTroubles(places, isOwned)) {
    if (!wanted) continue
    const { does, path } = wanted
    try {
      done.push(verbs[does](path))
    } catch (error) {
      throw fileFault(error, path)
    }
  }
  return existsSync(places.database) ? [...done, tidy(places.database)] : done
}

const verbs = {
  close(path: string): string {
    const mode = statSync(path).isDirectory() ? 0o700 : 0o600
    chmodSync(path, mode)
    return `${path} can be read by you alone now (mode 0${mode.toString(8)}).`
  },
  make(path: string): string {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return `The folder ${path} is made.`
  },
  remove(path: string): string {
    rmSync(path, { force: true })
    return `${path} is removed.`
  },
} as const

/** Statistics for the query planner where they are out of date, and the log merged into the file. */
function tidy(path: string): string {
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { timeout: busyMs })
    connection.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)')
    return 'The statistics of the store are current, and its log is merged.'
  } catch (error) {
    throw sqliteFault(error, path)
  } finally {
    connection?.close()
  }
}
