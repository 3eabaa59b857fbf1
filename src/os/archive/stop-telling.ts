import type { Tx } from '../../store/store.ts'
import { fault } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Arrival } from './begin-epoch.ts'

/** Whom the first company tells, a copy does not tell as well: its subscriptions stop, each until the operator has it go on here. */
export async function stopTelling(tx: Tx, { journal }: Arrival): Promise<void> {
  const live = await tx.db.selectFrom('subscriptions').select(['id', 'url']).where('state', '=', 'live').execute()
  for (const { id, url } of live) {
    const seq = await journal.append(tx, {
      kind: 'subscription.stopped',
      subject: companyIdentity,
      origin: 'system',
      payload: { subscription: id, fault: fault('subscription.copied', { url: new URL(url).host, id }) },
    })
    await tx.db.updateTable('subscriptions').set({ state: 'stopped', state_seq: seq }).where('id', '=', id).execute()
  }
}
