import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Identities, openIdentities } from '../src/identity/identities.ts'
import { type Memory, openMemory } from '../src/memory/memory.ts'
import { systemClock } from '../src/store/clock.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import type { Store } from '../src/store/store.ts'
import { openVault } from '../src/store/vault.ts'
import { type Journal, openJournal } from '../src/telemetry/journal.ts'
import { randomIds } from '../src/values/id.ts'
import type { Clock } from '../src/values/time.ts'

/** A company that only remembers: its store, its journal, its index, in a folder that is gone afterwards. */
export interface Remembering {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly identities: Identities
  readonly memory: Memory
  close(): Promise<void>
}

/** Opens one; `folder` keeps it where it is, to be opened again. */
export async function openRemembering(folder?: string): Promise<Remembering> {
  const place = folder ?? mkdtempSync(join(tmpdir(), 'soloist-bench-'))
  const clock = systemClock()
  const store = openSqlite(join(place, 'company.db'))
  const vault = await openVault(store, new Uint8Array(32).fill(7), clock)
  const journal = openJournal(store, vault, clock)
  const ids = randomIds(clock.now)
  const identities = openIdentities({ store, journal, clock, ids, vault })
  await store.write((tx) => identities.ensureCompany(tx, 'Bench'))
  const memory = openMemory({ store, journal, clock, identities, timeZone: 'UTC' }, join(place, 'memory.db'))
  return {
    store,
    journal,
    clock,
    identities,
    memory,
    async close() {
      await memory.close()
      await store.close()
      if (folder === undefined) rmSync(place, { recursive: true, force: true })
    },
  }
}
