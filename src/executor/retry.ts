import { sql } from 'kysely'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { RunId, TaskId } from '../values/id.ts'
import { requireRun } from './cancel-run.ts'
import { countMending } from './desk-time.ts'
import { isGivenUp } from './give-up.ts'
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
    const run = await requireRun(tx, task.run_id)
    if (!goesOn(run, task)) {
      const hint = `Its run is ${run.state}: nothing of it begins again.`
      refuse('task.not-possible', { task: id, state: task.state, verb: 'be retried', hint })
    }
    await kernel.queue.revive(tx, id)
    await countMending(tx, kernel, run, [task])
    await moveRun(tx, kernel, run, 'resumed')
  })
}

/** Makes every failed task of a run ready again; gives their ids. Faults: `input.unknown`, `run.not-possible`. */
export async function retryRun(kernel: Kernel, id: RunId): Promise<readonly TaskId[]> {
  return kernel.store.write(async (tx) => {
    const run = await requireRun(tx, id)
    const rows = await tx.db
      .selectFrom('tasks')
      .selectAll()
      .where('run_id', '=', id)
      .where('state', '=', sql.lit('failed'))
      .where((row) => row.not(isGivenUp(row)))
      .limit(atOnce)
      .execute()
    const failed = rows.filter((task) => goesOn(run, task))
    if (failed.length === 0)
      refuse('run.not-possible', {
        run: id,
        state: run.state,
        verb: 'be retried',
        hint: 'Nothing in it failed that could begin again.',
      })
    for (const task of failed) await kernel.queue.revive(tx, task.id)
    await countMending(tx, kernel, run, failed)
    await moveRun(tx, kernel, run, 'resumed')
    return failed.map((task) => task.id)
  })
}

/** Work goes on in a run that is not over, and taking back in one that is being taken back. */
function goesOn({ state }: Pick<Row<'runs'>, 'state'>, { kind }: Pick<Row<'tasks'>, 'kind'>): boolean {
  if (kind === 'undo') return state === 'undoing' || state === 'undo-held'
  return state === 'running' || state === 'held' || state === 'failed'
}
