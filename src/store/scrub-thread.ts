import { DatabaseSync } from 'node:sqlite'
import { answer } from './aside.ts'
import { busyMs, sqliteFault } from './sqlite-fault.ts'

/** See `Store.scrub`. On a connection of its own, with SQLite's usual `temp_store`: what it puts together lies in a file without a name. */
answer<string>(async (path) => {
  let connection: DatabaseSync | undefined
  try {
    connection = new DatabaseSync(path, { timeout: busyMs })
    connection.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; VACUUM')
    return connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0
  } catch (error) {
    throw sqliteFault(error, path)
  } finally {
    connection?.close()
  }
})
