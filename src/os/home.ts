import { existsSync, statSync } from 'node:fs'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Clock } from '../values/time.ts'
import type { Places } from './places.ts'

/** The row of `meta` that says in which folder the company is at home. */
export const homeRow = 'home'

export interface Opened {
  readonly store: Store
  readonly journal: Journal
  readonly vault: Vault
  readonly clock: Clock
  readonly places: Places
}

/**
 * A company whose folder was copied finds itself in another place than it knows: the inode of its lock file, which is made once
 * and never replaced, is another. Renaming the folder keeps it. Such a copy is checked and begins a life of its own, paused, as
 * one that was imported. Faults: `store.corrupt` and `journal.broken` for a folder that was copied while the company worked.
 */
export async function settleHome(opened: Opened): Promise<void> {
  const { store, places } = opened
  const here = String(statSync(places.lock, { bigint: true }).ino)
  const row = await store.read.selectFrom('meta').select('value').where('name', '=', homeRow).executeTakeFirst()
  if (row?.value === here) return forgetAgainHere(opened)
  if (row) await (await import('./archive/arrive-copied.ts')).arriveCopied(opened)
  await store.write((tx) =>
    tx.db
      .insertInto('meta')
      .values({ name: homeRow, value: here })
      .onConflict((clash) => clash.column('name').doUpdateSet({ value: here }))
      .execute(),
  )
}

/** A store that was put back by hand, out of a copy from before, knows whom the ledger beside it names. */
async function forgetAgainHere(opened: Opened): Promise<void> {
  const { forgotten } = opened.places
  if (existsSync(forgotten)) await (await import('./forget/again.ts')).forgetAgain(opened, [forgotten])
}
