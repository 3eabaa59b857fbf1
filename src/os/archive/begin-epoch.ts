import { leaveBatches } from '../../executor/leave-batches.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Clock } from '../../values/time.ts'
import { backupFailedRow } from '../backup/kept.ts'
import { homeRow } from '../home.ts'
import { type Moving, movingRow, sealedRow } from '../sealed.ts'
import { doubtEffects } from './doubt-effects.ts'
import { stopTelling } from './stop-telling.ts'

/** A store that was not here before: unpacked from an archive, or found in a folder that was copied. */
export interface Arrival {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  /** The archive's file name, or what else it came out of. */
  readonly from: string
  /** Another company of this journal may be at work. */
  readonly isCopy: boolean
  /** From here on. */
  readonly epoch: number
  /** As it was there. */
  readonly before: { readonly epoch: number; readonly lastSeq: number; readonly madeAt: string }
}

/**
 * Begins the life of a company that came from elsewhere, in one transaction. A copy gets an epoch of its own, is paused, and may
 * end nothing that was on its way out; a moved company keeps its epoch and is as it was before the move. Backups that were made
 * there are none of its own. Says whether it is paused.
 */
export async function beginEpoch(arrival: Arrival): Promise<{ readonly paused: boolean }> {
  const { store, journal, from, epoch, isCopy, before } = arrival
  return store.write(async (tx) => {
    const payload = { from, epoch, lastSeq: before.lastSeq }
    await journal.append(tx, { kind: 'company.imported', subject: companyIdentity, origin: 'operator', payload })
    const moving = await takeRow(tx, movingRow)
    for (const name of [sealedRow, homeRow, backupFailedRow]) await takeRow(tx, name)
    await tx.db.deleteFrom('backups').execute()
    if (isCopy) {
      await takeRow(tx, 'epoch')
      await tx.db
        .insertInto('meta')
        .values({ name: 'epoch', value: String(epoch) })
        .execute()
      await pause(tx, arrival)
      await doubtEffects(tx, arrival)
      // What the first company waits for is its own: to take up, to stop, to pay.
      await leaveBatches(tx, arrival)
      await stopTelling(tx, arrival)
    } else if (moving !== undefined && (JSON.parse(moving) as Moving).resume) await resume(tx, arrival)
    const paused = await tx.db.selectFrom('meta').select('name').where('name', '=', 'paused').executeTakeFirst()
    return { paused: paused !== undefined }
  })
}

async function pause(tx: Tx, { journal, clock, before }: Arrival): Promise<void> {
  const why = `imported copy of epoch ${before.epoch}: the company that it was copied from may still be at work`
  await takeRow(tx, 'paused')
  await journal.append(tx, { kind: 'company.paused', subject: companyIdentity, origin: 'system', payload: { why } })
  await tx.db
    .insertInto('meta')
    .values({ name: 'paused', value: JSON.stringify({ why, since: clock.now() }) })
    .execute()
}

/** The pause was the move's own. */
async function resume(tx: Tx, { journal }: Arrival): Promise<void> {
  if ((await takeRow(tx, 'paused')) === undefined) return
  const payload = { why: 'The company has been moved' }
  await journal.append(tx, { kind: 'company.resumed', subject: companyIdentity, origin: 'system', payload })
}

async function takeRow(tx: Tx, name: string): Promise<string | undefined> {
  const row = await tx.db.deleteFrom('meta').where('name', '=', name).returning('value').executeTakeFirst()
  return row?.value
}
