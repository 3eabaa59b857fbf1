import type { DatabaseSync } from 'node:sqlite'
import { busyMs, isBusy } from './sqlite-fault.ts'

const pauseMs = 10

/**
 * Puts the file into WAL mode. SQLite does not wait for others here, as it does elsewhere: when two processes open a new
 * store at once, one of them is told that it is busy, and tries again.
 */
export function enterWal(connection: DatabaseSync): void {
  for (let waited = 0; ; waited += pauseMs) {
    try {
      connection.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!isBusy(error) || waited >= busyMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    }
  }
}
