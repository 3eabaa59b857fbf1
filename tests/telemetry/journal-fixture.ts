import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { openVault, type Vault } from '../../src/store/vault.ts'
import { type Journal, openJournal } from '../../src/telemetry/journal.ts'
import { type FakeClock, fakeClock } from '../../src/testing/clock.ts'
import { companyIdentity, type IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { tempFolder } from '../store/open-store.ts'

export interface Fixture {
  readonly folder: string
  readonly path: string
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly clock: FakeClock
  /** Journals that many events, of several subjects. */
  events(count: number): Promise<void>
}

export const start = instant(1_700_000_000_000)
const subjects = [companyIdentity, 'idn_ana' as IdentityId, 'idn_ben' as IdentityId]

/** A new company's journal, for the running test. */
export async function openFixture(): Promise<Fixture> {
  const folder = tempFolder()
  const path = join(folder, 'company.db')
  const store = openSqlite(path)
  onTestFinished(() => store.close())
  const clock = fakeClock(start)
  const vault = await openVault(store, Buffer.alloc(32, 7), clock)
  const journal = openJournal(store, vault, clock)
  const one = (index: number): Promise<number> =>
    store.write((tx) => {
      const subject = subjects[index % subjects.length] as IdentityId
      return journal.append(tx, { kind: 'company.paused', subject, origin: 'system', payload: { why: `no. ${index}` } })
    })
  const events = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, (_, index) => one(index)))
  }
  return { folder, path, store, vault, journal, clock, events }
}

/** Changes the file behind our back: a connection of its own, with the triggers and the checks out of the way. */
export function tamper(path: string, change: (connection: DatabaseSync) => void): void {
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    for (const { name } of connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
      connection.exec(`DROP TRIGGER "${name}"`)
    }
    connection.exec('PRAGMA ignore_check_constraints = ON')
    change(connection)
  } finally {
    connection.close()
  }
}

/** A copy of the database as it is on disk, to tamper with. */
export function copyOf({ path, folder }: { path: string; folder: string }, name: string): string {
  const copy = join(folder, name)
  const connection = new DatabaseSync(path)
  connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  connection.close()
  copyFileSync(path, copy)
  return copy
}
