import type { Tx } from '../store/store.ts'
import type { RunId, TaskId } from '../values/id.ts'
import type { GateFoundation } from './gates.ts'

/** Closes the open gates of a run that is over, or of one task: nothing hangs on their answer any more. They end as `expired`. */
export async function withdrawGates(
  { journal, clock }: Pick<GateFoundation, 'journal' | 'clock'>,
  tx: Tx,
  run: RunId,
  only?: TaskId,
): Promise<void> {
  const all = tx.db.selectFrom('gates').selectAll().where('run_id', '=', run).where('state', '=', 'open')
  const open = await (only === undefined ? all : all.where('task_id', '=', only)).execute()
  for (const gate of open) {
    const { id, subject, task_id } = gate
    const seq = await journal.append(tx, {
      kind: 'gate.expired',
      subject,
      run,
      task: task_id,
      origin: 'system',
      payload: { gate: id },
    })
    await tx.db.updateTable('gates').set({ state: 'expired' }).where('id', '=', id).execute()
    const decision = {
      gate_id: id,
      verdict: 'expired',
      by: 'system',
      at: clock.now(),
      seq,
      content_hash: null,
    } as const
    await tx.db.insertInto('decisions').values(decision).execute()
  }
}
