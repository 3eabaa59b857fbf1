import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { sql } from 'kysely'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { Refusal } from '../../values/fault.ts'
import type { Places } from '../places.ts'
import { earlierArchives } from './archives.ts'
import { addToLedger, type Entry, ledgerName } from './ledger-file.ts'

interface Books {
  readonly store: Store
  readonly journal: Journal
  readonly vault: Vault
}

/**
 * Writes who was forgotten into the ledger of the store's folder, and beside each archive of which it is known where it lies. Gives the
 * folders that could not be written: a stick that is not there now. Fault for the store's own folder: `store.unwritable`, `store.full`.
 */
export async function writeLedgers(books: Books, { forgotten }: Places): Promise<readonly string[]> {
  const entries = await forgottenIn(books.store)
  addToLedger(forgotten, books.vault.chainKey, entries)
  const archives = (await earlierArchives(books)).filter((archive) => resolve(archive.path) === archive.path)
  const folders = new Set(archives.map((archive) => dirname(archive.path)))
  return [...folders].filter((folder) => !writeBeside(folder, books.vault, entries))
}

/** The same beside an archive that was just made: someone may have been forgotten while it was being written. */
export async function writeLedgerBeside({ store, vault }: Omit<Books, 'journal'>, archive: string): Promise<void> {
  writeBeside(dirname(archive), vault, await forgottenIn(store))
}

function writeBeside(folder: string, vault: Vault, entries: readonly Entry[]): boolean {
  if (!existsSync(folder)) return false
  try {
    addToLedger(join(folder, ledgerName), vault.chainKey, entries)
    return true
  } catch (error) {
    // A disk that is read-only or full: the archive is there all the same, and the operator is told.
    if (!(error instanceof Refusal)) throw error
    return false
  }
}

async function forgottenIn({ read }: Store): Promise<Entry[]> {
  const query = read.selectFrom('identities').select(['id', 'forgotten_at'])
  const rows = await query.where(sql<boolean>`forgotten_at IS NOT NULL`).orderBy('id').execute()
  return rows.flatMap(({ id, forgotten_at: at }) => (at === null ? [] : [{ id, at }]))
}
