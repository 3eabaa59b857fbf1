import { stateLiteral } from '../queue/row.ts'
import { refuse } from '../values/fault.ts'
import type { RunId, TaskId } from '../values/id.ts'
import { requireRun } from './cancel-run.ts'
import type { Kernel } from './kernel.ts'
import { moveRun } from './settle-run.ts'

// More failed tasks than this are revived by asking again.
const atOnce = 500

/** Makes a failed task ready again, with all its attempts. Faults: `input.unknown`, `task.not-possible`. */
export async function retryTask(kernel: Kernel, id: TaskId): Promise<void> {
  await kernel.store.write(async (tx) => {
    const task = await tx.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
    if (!task) refuse('input.unknown', { kind: 'task', name: id, nearest: '', command: 'soloist runs' })
    if (task.state !== 'failed')
      refuse('task.not-possible', { task: id, state: task.state, verb: 'be retried', hint: 'Only what failed can.' })
    await kernel.queue.revive(tx, id)
    await moveRun(tx, kernel, await requireRun(tx, task.run_id), 'resumed')
  })
}

/** Makes every failed task of a run ready again; gives their ids. Faults: `input.unknown`, `run.not-possible`. */
export async function retryRun(kernel: Kernel, id: RunId): Promise<readonly TaskId[]> {
  return kernel.store.write(async (tx) => {
    const run = await requireRun(tx, id)
    const failed = await tx.db
      .selectFrom('tasks')
      .select('id')
      .where('run_id', '=', id)
      .where('state', '=', stateLiteral('failed'))
      .limit(atOnce)
      .execute()
    if (failed.length === 0)
      refuse('run.not-possible', { run: id, state: run.state, verb: 'be retried', hint: 'Nothing in it failed.' })
    for (const task of failed) await kernel.queue.revive(tx, task.id)
    await moveRun(tx, kernel, run, 'resumed')
    return failed.map((task) => task.id)
  })
}
