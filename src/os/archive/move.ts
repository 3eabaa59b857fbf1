import type { Store, Tx } from '../../store/store.ts'
import { headOf } from '../../telemetry/journal.ts'
import { fault, refuse } from '../../values/fault.ts'
import { isoInstant } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import type { Exported } from '../os.ts'
import { type Moving, movingRow, sealedRow } from '../sealed.ts'
import { draftOf, noteExport, removeDraft } from './export.ts'
import { publish } from './publish.ts'
import { writeArchive } from './write-archive.ts'

// An operator may still decide something while the archive is written: then it is written again.
const tries = 5

/**
 * Ends this company in favour of an archive: pauses it, stops its work, writes and proves the archive, seals this store, and
 * only then gives the archive its name. At no moment could both go on; at none is there neither. When something fails before
 * the end, the seal is lifted and work goes on here. Afterwards this store takes no more writes (`store.sealed`).
 */
export async function move(company: Company, archive: string, passphrase: string): Promise<Exported> {
  const { mode, worker, chores } = company
  const was = { working: worker.working, normal: mode.now().mode !== 'paused' }
  await mode.pause('This company is being moved')
  await chores.close()
  await worker.close()
  try {
    return await writeAndSeal(company, { archive, passphrase, resume: was.normal })
  } catch (error) {
    worker.reopen()
    if (was.normal) await mode.resume('The move failed')
    if (was.working) {
      worker.work()
      chores.work()
    }
    throw error
  }
}

interface Order {
  readonly archive: string
  readonly passphrase: string
  /** The archive is not paused, for this company was not before. */
  readonly resume: boolean
}

async function writeAndSeal(company: Company, { archive, passphrase, resume }: Order): Promise<Exported> {
  const { store } = company.kernel
  for (let tried = 1; tried <= tries; tried += 1) {
    const moving: Moving = { archive, draft: draftOf(archive), resume }
    try {
      await store.write(async (tx) => {
        await noteExport(tx, company, archive, true)
        await setRow(tx, movingRow, JSON.stringify(moving))
      })
      const { lastSeq } = await writeArchive(company, { draft: moving.draft, passphrase, kind: 'move' })
      if (!(await seal(company, archive, lastSeq))) continue
      await publishOrUnseal(store, moving)
      return { archive, lastSeq }
    } finally {
      removeDraft(moving.draft)
    }
  }
  return refuse('archive.unquiet', { tries })
}

/** Seals the store, unless something happened that the archive does not know. Nothing is written after it. */
async function seal({ kernel }: Company, archive: string, lastSeq: number): Promise<boolean> {
  const at = isoInstant(kernel.clock.now())
  try {
    return await kernel.store.write(async (tx) => {
      const head = await headOf.first(tx.db, {})
      if (head?.seq !== lastSeq) return false
      await setRow(tx, sealedRow, at)
      // At once, for a work that shares this COMMIT may come next.
      kernel.store.refuseWrites(fault('store.sealed', { at, archive }))
      return true
    })
  } catch (error) {
    // A COMMIT that failed may yet have reached the disk.
    await unseal(kernel.store)
    throw error
  }
}

async function publishOrUnseal(store: Store, { draft, archive }: Moving): Promise<void> {
  try {
    publish(draft, archive)
  } catch (error) {
    // Before the draft goes: the other way round a crash could leave neither.
    await unseal(store)
    throw error
  }
}

async function unseal(store: Store): Promise<void> {
  store.refuseWrites(undefined)
  await store.write((tx) => tx.db.deleteFrom('meta').where('name', '=', sealedRow).execute())
}

async function setRow(tx: Tx, name: string, value: string): Promise<void> {
  await tx.db
    .insertInto('meta')
    .values({ name, value })
    .onConflict((clash) => clash.column('name').doUpdateSet({ value }))
    .execute()
}
