import { settleDead } from '../../budget/settle.ts'
import type { Tx } from '../../store/store.ts'
import type { Arrival } from './begin-epoch.ts'
import { readable } from './doubt-effects.ts'

/**
 * What waited in a provider's batch when a copy was made is the first company's to take up, to stop and to pay. Here it is over, and booked
 * at its worst case as any call that was on its way; the turn is asked in the ordinary way once the copy goes on.
 */
export async function leaveBatches(tx: Tx, { journal, clock }: Arrival): Promise<void> {
  const open = await tx.db
    .selectFrom('batches')
    .innerJoin('tasks', 'tasks.id', 'batches.task_id')
    .select(['batches.id', 'batches.batch', 'batches.task_id as task', 'tasks.run_id as run', 'tasks.subject'])
    .where('batches.state', 'in', ['intended', 'sent'])
    .execute()
  for (const { id, batch, task, run, subject } of open) {
    const how = batch === null ? 'expired' : 'unreadable'
    const under = await readable(tx, { subject })
    const about = { subject: under, run, task, origin: 'system' } as const
    await journal.append(tx, { kind: 'batch.ended', ...about, payload: { id, how } })
    await tx.db.updateTable('batches').set({ state: how, ended_at: clock.now() }).where('id', '=', id).execute()
    // The bill of someone who was forgotten cannot be written down any more, here as there.
    if (under === subject) await settleDead(journal, tx, task)
  }
}
