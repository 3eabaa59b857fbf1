import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import type { TaskId } from '../values/id.ts'
import { change, changeAsked, type Parts, record, taskRow } from './change.ts'
import { meet } from './count-down.ts'

// As many rows of tasks as are held in memory at once.
const page = 500

/** See `Queue.skip`. */
export async function skip(parts: Parts, tx: Tx, id: TaskId, because: string): Promise<void> {
  const at = parts.clock.now()
  const row = await taskRow(tx, id)
  const ask = { verb: 'be skipped', hint: 'Cancel the run to stop work that has begun.' }
  await changeAsked(tx, row, { kind: 'skipped', at }, ask)
  await record(parts, tx, row, 'task.skipped', { because })
  const skipped = [row]
  for (let need = skipped.pop(); need !== undefined; need = skipped.pop()) {
    for (;;) {
      // Those that were skipped wait no longer, so that the next page begins after them.
      const rows = await waitingFor.all(tx.db, { need: need.id })
      for (const dependant of rows) {
        // Whoever spread a task over items only counts them: one that is skipped is one less to wait for.
        if (need.parent_id === dependant.id) {
          await meet(parts, tx, dependant)
          continue
        }
        const done = await change(tx, dependant, { kind: 'skipped', at })
        if (!done) throw new TypeError(`${dependant.name} was read as waiting and cannot be skipped`)
        await record(parts, tx, done, 'task.skipped', { because })
        skipped.push(done)
      }
      if (rows.length < page) break
    }
  }
}

/** See `Queue.giveUp`. */
export async function giveUp(parts: Parts, tx: Tx, id: TaskId): Promise<void> {
  const failed = await taskRow(tx, id)
  for (const dependant of await waitingFor.all(tx.db, { need: id })) {
    if (dependant.id === failed.parent_id) await waive(parts, tx, dependant.id, id)
    else await skip(parts, tx, dependant.id, `${failed.name} failed`)
  }
}

/** See `Queue.waive`. */
export async function waive(parts: Parts, tx: Tx, id: TaskId, need: TaskId): Promise<void> {
  const needed = await taskRow(tx, need)
  if (needed.state !== 'failed' && needed.state !== 'skipped') {
    const hint = 'Only what failed or was skipped is waived.'
    refuse('task.not-possible', { task: needed.name, state: needed.state, verb: 'be waived', hint })
  }
  const dropped = await dropNeed.run(tx.db, { id, need })
  if (dropped === 0) return
  const row = await taskRow(tx, id)
  await record(parts, tx, row, 'task.waived', { need })
  await meet(parts, tx, row)
}

const waitingFor = compiled((db, given: { need: TaskId }) =>
  db
    .selectFrom('needs')
    .innerJoin('tasks', 'tasks.id', 'needs.task_id')
    .selectAll('tasks')
    .where('needs.needs_id', '=', given.need)
    .where(
      'tasks.state',
      'in',
      (['waiting', 'ready'] as const).map((state) => sql.lit(state)),
    )
    .orderBy('needs.task_id')
    .limit(sql.lit(page)),
)
const dropNeed = compiled((db, given: { id: TaskId; need: TaskId }) =>
  db.deleteFrom('needs').where('needs_id', '=', given.need).where('task_id', '=', given.id),
)
