import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { openBudget } from '../../budget/open-budget.ts'
import { planReader } from '../../executor/read-plan.ts'
import { openQueue } from '../../queue/open-queue.ts'
import type { Store } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { IdentityId } from '../../values/id.ts'
import { randomIds } from '../../values/id.ts'
import type { Clock } from '../../values/time.ts'
import type { Places } from '../places.ts'
import { forgetIn, removeOldCopies } from './finish-forgetting.ts'
import { ledgerName, readLedger } from './ledger-file.ts'
import { writeLedgers } from './ledgers.ts'

/** A store that may be older than a forgetting: restored from an archive, copied, or put back by hand. */
export interface Restored {
  readonly store: Store
  readonly journal: Journal
  readonly vault: Vault
  readonly clock: Clock
  readonly places: Places
}

/** As many companies side by side as are looked at. */
const mostNeighbours = 1000

/** The ledgers of a store folder and of the companies beside its folder. `folder` is where the company is or will be. */
export function ledgersAround({ store, folder: built }: Places, folder: string): readonly string[] {
  const storeFolder = relative(built, store)
  const around = dirname(folder)
  const neighbours = existsSync(around) ? readdirSync(around, { withFileTypes: true }) : []
  const folders = neighbours.filter((entry) => entry.isDirectory()).slice(0, mostNeighbours)
  return [join(around, ledgerName), ...folders.map(({ name }) => join(around, name, storeFolder, ledgerName))]
}

/**
 * Forgets again whom these ledgers name and the store still knows, before anything else is done with it; what is not over about them
 * ends. Gives whom. Faults: `store.*`.
 */
export async function forgetAgain(restored: Restored, ledgers: readonly string[]): Promise<readonly IdentityId[]> {
  const { store, vault, places } = restored
  const named = ledgers.flatMap((path) => readLedger(path, vault.chainKey)).map((entry) => entry.id)
  const ids = await knownOf(store, [...new Set(named)])
  if (ids.length > 0) await forgetThem(restored, ids)
  await writeLedgers(restored, places)
  return ids
}

async function forgetThem(
  { store, journal, vault, clock, places }: Restored,
  ids: readonly IdentityId[],
): Promise<void> {
  const foundation = { store, journal, clock, ids: randomIds(clock.now) }
  const queue = openQueue({ store, journal, clock, limits: { depth: 0, keys: {} }, wakeFile: places.wake })
  const parts = { store, journal, vault, clock, queue, budget: openBudget(foundation), readPlan: planReader(store) }
  try {
    await store.write((tx) => forgetIn(parts, tx, ids, { unfinished: 'end', again: true }))
  } finally {
    queue.close()
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(places.memory + suffix, { force: true })
  removeOldCopies(places)
  await store.scrub()
}

// A query's list: SQLite takes 32 766.
const atOnce = 1000

async function knownOf({ read }: Store, ids: readonly IdentityId[]): Promise<readonly IdentityId[]> {
  const known: IdentityId[] = []
  for (let from = 0; from < ids.length; from += atOnce) {
    const rows = await read
      .selectFrom('identities')
      .select('id')
      .where('id', 'in', ids.slice(from, from + atOnce))
      .where('name', 'is not', null)
      .execute()
    known.push(...rows.map((row) => row.id))
  }
  return known
}
