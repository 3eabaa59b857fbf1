import { sql } from 'kysely'
import { type Compiled, compiled } from '../store/compiled.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Draft, Events } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import { refuse } from '../values/fault.ts'
import type { TaskId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Clock } from '../values/time.ts'
import type { Limits } from './queue.ts'
import { columnsOf, type ProgressColumns, progressOf } from './row.ts'
import { next, type TaskEvent } from './task.ts'
import type { Wake } from './wake.ts'

/** What every verb of the queue works with. */
export interface Parts {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly limits: Limits
  readonly wake: Wake
}

/**
 * Lets `event` happen to a task whose row was read in this transaction (or was claimed under this fence). Gives the row
 * afterwards; `undefined` when `next` does not allow it, or when the row has moved on since.
 */
export async function change(tx: Tx, row: Row<'tasks'>, event: TaskEvent): Promise<Row<'tasks'> | undefined> {
  const after = next(progressOf(row), event)
  if (!after) return undefined
  const columns = columnsOf(row, after)
  const changed = await updateTask[row.state].run(tx.db, { id: row.id, under: row.fence, ...columns })
  return changed === 1 ? { ...row, ...columns } : undefined
}

/** Like `change`, for the attempt that holds the task. Fault: `queue.stale-fence`. */
export async function changeFenced(tx: Tx, row: Row<'tasks'>, event: TaskEvent): Promise<Row<'tasks'>> {
  return (await change(tx, row, event)) ?? refuse('queue.stale-fence', { fence: row.fence, task: row.name })
}

/** Like `change`, for what someone asks of a task. Fault: `task.not-possible`, with `verb` and `hint`. */
export async function changeAsked(
  tx: Tx,
  row: Row<'tasks'>,
  event: TaskEvent,
  ask: { readonly verb: string; readonly hint: string },
): Promise<Row<'tasks'>> {
  return (await change(tx, row, event)) ?? refuse('task.not-possible', { task: row.name, state: row.state, ...ask })
}

/** The row of a task. Fault: `input.unknown`. */
export async function taskRow(tx: Tx, id: TaskId): Promise<Row<'tasks'>> {
  const unknown = { kind: 'task', name: id, nearest: '', command: 'soloist runs' }
  return (await taskById.first(tx.db, { id })) ?? refuse('input.unknown', unknown)
}

/** Journals what happened to a task. Gives the event's seq. */
export function record<K extends keyof Events & `task.${string}`>(
  parts: Parts,
  tx: Tx,
  task: Pick<Row<'tasks'>, 'id' | 'run_id' | 'subject'>,
  kind: K,
  payload: Events[K],
  origin: Origin = 'system',
): Promise<number> {
  const { subject, run_id: run, id } = task
  return parts.journal.append(tx, { kind, subject, origin, run, task: id, payload } as Draft)
}

const taskById = compiled((db, given: { id: TaskId }) => db.selectFrom('tasks').selectAll().where('id', '=', given.id))

type Change = ProgressColumns & { id: TaskId; under: number }
type State = Row<'tasks'>['state']

// One statement a state, with the state as text: were it a value, SQLite would weigh it against the partial indexes and plan
// the statement anew at each execution (46 µs instead of 20 µs).
const updateTask: Readonly<Record<State, Compiled<Change, unknown>>> = {
  waiting: updateFrom('waiting'),
  ready: updateFrom('ready'),
  claimed: updateFrom('claimed'),
  held: updateFrom('held'),
  done: updateFrom('done'),
  failed: updateFrom('failed'),
  skipped: updateFrom('skipped'),
  cancelled: updateFrom('cancelled'),
}

function updateFrom(was: State): Compiled<Change, unknown> {
  return compiled((db, given: Change) =>
    db
      .updateTable('tasks')
      .set({
        state: given.state,
        pending: given.pending,
        due_at: given.due_at,
        attempt: given.attempt,
        round: given.round,
        fence: given.fence,
        lease_until: given.lease_until,
        owner: given.owner,
        gate_id: given.gate_id,
        worked_ms: given.worked_ms,
        outcome_seq: given.outcome_seq,
        ended_at: given.ended_at,
      })
      .where('id', '=', given.id)
      .where('fence', '=', given.under)
      .where('state', '=', sql.lit(was)),
  )
}
