import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { leaveBatches } from '../../executor/leave-batches.ts'
import { forgetRecords, handlesOfAll } from '../../identity/forget.ts'
import { busyMs } from '../../store/sqlite-fault.ts'
import type { Tx } from '../../store/store.ts'
import { refuse } from '../../values/fault.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import type { Places } from '../places.ts'
import { askAdapters, type Cleared } from './ask-adapters.ts'
import { writeLedgers } from './ledgers.ts'
import type { Parts } from './parts.ts'
import { endForgetting } from './pending.ts'
import { clearTraces } from './traces.ts'
import { endEffects, endUnfinished, refuseUnfinished } from './unfinished.ts'

/** What was done outside of the tables. */
export interface Finished {
  readonly adapters: readonly Cleared[]
  /** Copies of the store that were kept from before it got a newer schema: they held what is forgotten, and are gone. */
  readonly removedCopies: readonly string[]
  /** Folders with archives in which the ledger could not be written. */
  readonly unreached: readonly string[]
  /** False while a backup or an export still reads the log of the store: it is cleaned after that, by itself. */
  readonly clean: boolean
}

/** How to meet what is not over: refuse it, or end it (`endUnfinished`). */
export type Unfinished = 'refuse' | 'end'

type Able = Pick<Company, 'kernel' | 'adapters' | 'places' | 'worker'>

/**
 * Carries a forgetting that has begun to its end. Every step may be done again: a process that dies in between leaves the row of
 * `begunForgetting`, and the next one does them all once more. Faults: `identity.busy`, `identity.in-doubt` (then it is given up, and
 * nothing is forgotten), `store.*`.
 */
export async function finishForgetting(
  company: Able,
  ids: readonly IdentityId[],
  unfinished: Unfinished,
): Promise<Finished> {
  const { kernel, worker } = company
  const handles = await handlesOfAll(kernel.store.read, ids)
  await askAdapters(company, ids, handles)
  const working = await kernel.store
    .write((tx) => forgetIn(kernel, tx, ids, { unfinished, again: false }))
    .catch(async (error: unknown) => {
      await kernel.store.write((tx) => endForgetting(tx, ids))
      throw error
    })
  worker.stop(working, 'whom it is about has been forgotten')
  return followUp(company, ids, handles)
}

/** What comes after the transaction, outside of it. Done again, it does no harm. */
async function followUp(
  company: Able,
  ids: readonly IdentityId[],
  handles: Parameters<typeof askAdapters>[2],
): Promise<Finished> {
  const { kernel, places } = company
  // Once more: what went out between the first time and the transaction is there now, and nothing can follow it.
  const adapters = await askAdapters(company, ids, handles)
  const removedCopies = removeOldCopies(places)
  kernel.memory.working.forget(ids)
  await kernel.memory.passages.forget(ids)
  const unreached = await writeLedgers(kernel, places)
  const clean = await kernel.store.scrub()
  if (clean) await kernel.store.write((tx) => endForgetting(tx, ids))
  return { adapters, removedCopies, unreached, clean }
}

/** Takes up what a process left that died, or what could not be cleaned at once. Faults: `store.*`. */
export async function resumeForgetting(company: Able, ids: readonly IdentityId[]): Promise<void> {
  const { clean } = await finishForgetting(company, ids, 'end')
  if (!clean) refuse('store.busy', { path: company.places.database, seconds: busyMs / 1000 })
}

/** The one transaction: rows, keys, and that it happened. */
export async function forgetIn(
  parts: Parts,
  tx: Tx,
  ids: readonly IdentityId[],
  { unfinished, again }: { readonly unfinished: Unfinished; readonly again: boolean },
): Promise<Awaited<ReturnType<typeof endUnfinished>>> {
  if (unfinished === 'refuse') await refuseUnfinished(tx.db, ids)
  const living = await stillKnown(tx, ids)
  const working = unfinished === 'end' ? await endUnfinished(parts, tx, living) : []
  await endEffects(parts, tx, living)
  // Later neither their end nor their bill could be written down.
  await leaveBatches(tx, parts, living)
  await clearTraces(tx, ids, parts.clock.now())
  await forgetRecords(parts, tx, ids, { again })
  return working
}

async function stillKnown(tx: Tx, ids: readonly IdentityId[]): Promise<readonly IdentityId[]> {
  const rows = await tx.db
    .selectFrom('identities')
    .select('id')
    .where('id', 'in', [...ids])
    .where('name', 'is not', null)
    .execute()
  return rows.map((row) => row.id)
}

/** The store as it was before a migration, which `migrate` keeps beside it. */
export function removeOldCopies({ database }: Places): readonly string[] {
  const folder = dirname(database)
  if (!existsSync(folder)) return []
  const copies = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(database)}.schema-`))
    .map((name) => join(folder, name))
  for (const copy of copies) rmSync(copy, { force: true })
  return copies
}
