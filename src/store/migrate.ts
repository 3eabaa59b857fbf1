import type { DatabaseSync } from 'node:sqlite'
import { refuse } from '../values/fault.ts'
import { kernel } from './migrations/0001-kernel.ts'

/** Forward only. The number of a migration is its place here, from 1; `user_version` holds how many were applied. */
export const migrations: readonly string[] = [kernel]

/** Brings an open database up to the newest schema. Faults: `store.newer`. */
export function migrate(connection: DatabaseSync, path: string): void {
  const { user_version: found } = connection.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found > migrations.length) refuse('store.newer', { path, found, known: migrations.length })
  for (const [index, sql] of migrations.entries()) {
    if (index < found) continue
    connection.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}
