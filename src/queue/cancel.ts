import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { RunId, TaskId } from '../values/id.ts'
import { change, type Parts, record } from './change.ts'

// As many rows of tasks as are held in memory at once.
const page = 500

/** See `Queue.cancel`. */
export async function cancel(parts: Parts, tx: Tx, run: RunId, why: string): Promise<TaskId[]> {
  const at = parts.clock.now()
  const claimed: TaskId[] = []
  for (;;) {
    // Those that were cancelled are at an end, so that the next page begins after them.
    const rows = await notEnded.all(tx.db, { run })
    for (const row of rows) {
      const task = await change(tx, row, { kind: 'cancelled', at })
      if (!task) throw new TypeError(`${row.name} was read as ${row.state} and cannot be cancelled`)
      await record(parts, tx, task, 'task.cancelled', { why })
      if (row.state === 'claimed') claimed.push(row.id)
    }
    if (rows.length < page) break
  }
  if (claimed.length > 0) parts.wake.afterCommit(tx) // their keys have room again
  return claimed
}

const notEnded = compiled((db, given: { run: RunId }) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('run_id', '=', given.run)
    .where(
      'state',
      'in',
      (['waiting', 'ready', 'claimed', 'held'] as const).map((state) => sql.lit(state)),
    )
    .limit(sql.lit(page)),
)
