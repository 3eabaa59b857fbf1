import { withdrawGates } from '../gate/withdraw.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { RunId, TaskId } from '../values/id.ts'
import { countMending } from './desk-time.ts'
import type { Kernel } from './kernel.ts'
import { moveRun } from './settle-run.ts'

/** Ends a run where it stands: nothing more is claimed, open gates close. Gives the tasks that were at work, to be stopped. */
export async function cancelRun(
  kernel: Kernel,
  id: RunId,
  why: string,
  by: 'operator' | 'system' = 'system',
): Promise<readonly TaskId[]> {
  return kernel.store.write(async (tx) => {
    const run = await requireRun(tx, id)
    const working = await cancelIn(tx, kernel, run, why)
    if (working === undefined)
      refuse('run.not-possible', { run: id, state: run.state, verb: 'be cancelled', hint: hintOf(run.state) })
    if (by === 'operator') await countMending(tx, kernel, run, [])
    return working
  })
}

/** The same within a transaction; `undefined` when the run is over. */
export async function cancelIn(
  tx: Tx,
  kernel: Pick<Kernel, 'journal' | 'clock' | 'queue' | 'budget' | 'readPlan'>,
  run: Row<'runs'>,
  why: string,
): Promise<readonly TaskId[] | undefined> {
  if (!(await moveRun(tx, kernel, run, 'cancelled', why))) return undefined
  const working = await kernel.queue.cancel(tx, run.id, why)
  // What they have sent is owed at its worst case until the true bill arrives.
  for (const task of working) await kernel.budget.settleDead(tx, task)
  await withdrawGates(kernel, tx, run.id)
  return working
}

function hintOf(state: Row<'runs'>['state']): string {
  const underWay = state === 'undoing' || state === 'undo-held'
  return underWay ? "It is being taken back; what that waits for is in 'soloist inbox'." : 'It is over already.'
}

export async function requireRun(tx: Tx, id: RunId): Promise<Row<'runs'>> {
  const run = await tx.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  return run ?? refuse('input.unknown', { kind: 'run', name: id, nearest: '', command: 'soloist runs' })
}
