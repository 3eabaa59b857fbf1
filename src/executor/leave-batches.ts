import { settleDead } from '../budget/settle.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { companyIdentity, type IdentityId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'

/**
 * Ends what waits in a provider's batch without a word to the provider, and books it at its worst case, as any call that was on its way when
 * nobody was left to hear the answer. Who still wants the turn asks in the ordinary way. `subjects`: only what is about these.
 */
export async function leaveBatches(
  tx: Tx,
  { journal, clock }: Pick<Kernel, 'journal' | 'clock'>,
  subjects?: readonly IdentityId[],
): Promise<void> {
  let open = tx.db
    .selectFrom('batches')
    .innerJoin('tasks', 'tasks.id', 'batches.task_id')
    .select(['batches.id', 'batches.batch', 'batches.task_id as task', 'tasks.run_id as run', 'tasks.subject'])
    .where('batches.state', 'in', ['intended', 'sent'])
  if (subjects !== undefined) open = open.where('tasks.subject', 'in', [...subjects])
  for (const { id, batch, task, run, subject } of await open.execute()) {
    const how = batch === null ? 'expired' : 'unreadable'
    const isForgotten = await wasForgotten(tx, subject)
    const about = { subject: isForgotten ? companyIdentity : subject, run, task, origin: 'system' } as const
    await journal.append(tx, { kind: 'batch.ended', ...about, payload: { id, how } })
    await tx.db.updateTable('batches').set({ state: how, ended_at: clock.now() }).where('id', '=', id).execute()
    // A bill is told under whom it is about, and nothing can be told under someone who was forgotten.
    if (!isForgotten) await settleDead(journal, tx, task)
  }
}

async function wasForgotten(tx: Tx, subject: Row<'tasks'>['subject']): Promise<boolean> {
  const key = await tx.db.selectFrom('keys').select('destroyed_at').where('name', '=', subject).executeTakeFirst()
  return key?.destroyed_at != null
}
