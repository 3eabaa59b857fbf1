import type { Store, Tx } from '../../store/store.ts'
import type { Journal } from '../../telemetry/journal.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Clock } from '../../values/time.ts'
import { type Moving, movingRow, sealedRow } from '../sealed.ts'
import { doubtEffects } from './doubt-effects.ts'
import type { Header } from './format.ts'
import { stopTelling } from './stop-telling.ts'

/** A store that was just unpacked, and what its archive says of it. */
export interface Arrival {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly header: Header
  /** The archive's file name. */
  readonly from: string
}

/**
 * Begins the life of an imported company, in one transaction. A copy gets an epoch of its own, is paused, and may end nothing
 * that was on its way out; a moved company keeps its epoch and is as it was before the move. Gives the epoch.
 */
export async function beginEpoch(arrival: Arrival): Promise<number> {
  const { store, journal, header, from } = arrival
  const isCopy = header.kind === 'copy'
  const epoch = header.epoch + (isCopy ? 1 : 0)
  await store.write(async (tx) => {
    const payload = { from, epoch, lastSeq: header.lastSeq }
    await journal.append(tx, { kind: 'company.imported', subject: companyIdentity, origin: 'operator', payload })
    const moving = await takeRow(tx, movingRow)
    await takeRow(tx, sealedRow)
    await takeRow(tx, 'epoch')
    await tx.db
      .insertInto('meta')
      .values({ name: 'epoch', value: String(epoch) })
      .execute()
    if (isCopy) {
      await pause(tx, arrival)
      await doubtEffects(tx, arrival, epoch)
      await stopTelling(tx, arrival)
    } else if (moving !== undefined && (JSON.parse(moving) as Moving).resume) await resume(tx, arrival)
  })
  return epoch
}

async function pause(tx: Tx, { journal, clock, header }: Arrival): Promise<void> {
  const why = `imported copy of epoch ${header.epoch}: the company that it was copied from may still be at work`
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
