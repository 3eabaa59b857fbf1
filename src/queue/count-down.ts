import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { TaskId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import { change, type Parts, record } from './change.ts'

// As many rows of tasks as are held in memory at once.
const page = 500

/**
 * `need` is met: one fewer for each task that waits for it. Those for which it was the last become ready, at `dueAt` or now.
 * A dependant that does not wait is left alone.
 */
export async function countDown(
  parts: Parts,
  tx: Tx,
  need: TaskId,
  dueAt?: (dependant: Row<'tasks'>) => Promise<Instant>,
): Promise<void> {
  for (;;) {
    const last = await waitingForLast.all(tx.db, { need })
    for (const row of last) await meet(parts, tx, row, dueAt)
    if (last.length < page) break
  }
  // What `next` says of 'need-met' where other needs are left, for all of them at once.
  await oneFewer.run(tx.db, { need })
}

/** One need of this waiting task is met. */
export async function meet(
  parts: Parts,
  tx: Tx,
  row: Row<'tasks'>,
  dueAt?: (dependant: Row<'tasks'>) => Promise<Instant>,
): Promise<void> {
  const at = dueAt && row.pending === 1 ? await dueAt(row) : parts.clock.now()
  const task = await change(tx, row, { kind: 'need-met', dueAt: at })
  if (task?.state !== 'ready') return
  await record(parts, tx, task, 'task.ready', { dueAt: task.due_at })
  parts.wake.afterCommit(tx)
}

/** `need` was met and no longer is: one more for each task that still waits. */
export async function countUp(tx: Tx, need: TaskId): Promise<void> {
  await oneMore.run(tx.db, { need }) // what `next` says of 'need-reopened'
}

// States and limits are written out: SQLite plans a statement anew at each execution where it weighs a bound value against a
// partial index or a limit (57 µs instead of 9 µs).
const waitingForLast = compiled((db, given: { need: TaskId }) =>
  db
    .selectFrom('needs')
    .innerJoin('tasks', 'tasks.id', 'needs.task_id')
    .selectAll('tasks')
    .where('needs.needs_id', '=', given.need)
    .where('tasks.state', '=', sql.lit('waiting'))
    .where('tasks.pending', '=', sql.lit(1))
    .orderBy('needs.task_id')
    .limit(sql.lit(page)),
)
const oneFewer = compiled((db, given: { need: TaskId }) =>
  db
    .updateTable('tasks')
    .set((eb) => ({ pending: eb('pending', '-', sql.lit(1)) }))
    .where('id', 'in', (eb) => eb.selectFrom('needs').select('task_id').where('needs_id', '=', given.need))
    .where('state', '=', sql.lit('waiting'))
    .where('pending', '>', sql.lit(1)),
)
const oneMore = compiled((db, given: { need: TaskId }) =>
  db
    .updateTable('tasks')
    .set((eb) => ({ pending: eb('pending', '+', sql.lit(1)) }))
    .where('id', 'in', (eb) => eb.selectFrom('needs').select('task_id').where('needs_id', '=', given.need))
    .where('state', '=', sql.lit('waiting')),
)
