import { withdrawGates } from '../gate/withdraw.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { fault } from '../values/fault.ts'
import { isoInstant } from '../values/time.ts'
import type { Kernel } from './kernel.ts'
import { moveRun, settleRun } from './settle-run.ts'

// Enough to clear a crashed process's work in one go, small enough for one transaction.
const atOnce = 200

/** What time alone has changed: leases that ran out, gates nobody answered, runs past their deadline. Gives how much it found. */
export async function reclaim(kernel: Kernel): Promise<number> {
  return kernel.store.write(
    async (tx) => (await reclaimTasks(tx, kernel)) + (await expireGates(tx, kernel)) + (await endLateRuns(tx, kernel)),
  )
}

async function reclaimTasks(tx: Tx, kernel: Kernel): Promise<number> {
  const expired = await kernel.queue.expired(tx, atOnce)
  for (const task of expired) {
    await kernel.budget.settleDead(tx, task.id)
    await kernel.queue.lose(tx, task)
  }
  return expired.length
}

async function expireGates(tx: Tx, kernel: Kernel): Promise<number> {
  const gates = await kernel.gates.expire(tx)
  for (const gate of gates) {
    const task = await tx.db
      .selectFrom('tasks')
      .select(['state', 'gate_id'])
      .where('id', '=', gate.task_id)
      .executeTakeFirstOrThrow()
    if (task.state === 'held' && task.gate_id === gate.id) await kernel.queue.resume(tx, gate.task_id, gate.id)
    await settleRun(tx, kernel, gate.run_id)
  }
  return gates.length
}

async function endLateRuns(tx: Tx, kernel: Kernel): Promise<number> {
  const late = await tx.db
    .selectFrom('runs')
    .selectAll()
    .where('deadline_at', '<=', kernel.clock.now())
    .where('deadline_at', 'is not', null)
    .where('ended_at', 'is', null)
    // A deadline is for the work: taking it back may last longer.
    .where('state', 'in', ['running', 'held'])
    .limit(atOnce)
    .execute()
  for (const run of late) await endLate(tx, kernel, run)
  return late.length
}

async function endLate(tx: Tx, kernel: Kernel, run: Row<'runs'>): Promise<void> {
  const deadline = isoInstant(run.deadline_at ?? kernel.clock.now())
  const why = fault('task.deadline', { task: run.workflow, deadline, run: run.id })
  for (const task of await kernel.queue.cancel(tx, run.id, why.message)) await kernel.budget.settleDead(tx, task)
  await withdrawGates(kernel, tx, run.id)
  await moveRun(tx, kernel, run, 'failed', why.message)
}
