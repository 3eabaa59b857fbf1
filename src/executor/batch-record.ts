import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { BatchEvents } from '../telemetry/batch-event.ts'
import type { ReservationId, TaskId } from '../values/id.ts'
import { contentHash } from '../values/json.ts'
import type { Instant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Kernel } from './kernel.ts'

export type Batched = Row<'batches'>
type Ended = BatchEvents['batch.ended']['how']

/**
 * What a provider knows a turn by: 64 hexadecimal digits, the same for every attempt. Another in a copy of the company, which has all other
 * ids of the first one: neither finds what the other has sent.
 */
export function batchKey({ kernel, run, task }: Asker, step: string): string {
  const copied = kernel.epoch === 1 ? [] : [kernel.epoch]
  return contentHash(['batch', ...copied, run.id, task.id, task.round, step])
}

type Asker = Pick<Attempt, 'run' | 'task'> & { readonly kernel: Pick<Kernel, 'epoch' | 'store'> }

/** The turn at a provider, if it was ever to go there; in a copy of the company also one that the first company sent. */
export function batchOf({ kernel, task }: Asker, step: string): Promise<Batched | undefined> {
  return byStep.first(kernel.store.read, { task: task.id, round: task.round, step })
}

/** True of a batch that is one of ours by the provider's id. */
export async function isKnown(kernel: Pick<Kernel, 'store'>, batch: string): Promise<boolean> {
  return (await byBatch.first(kernel.store.read, { batch })) !== undefined
}

/** Before a turn is sent: it, and the money for it, which from here on outlives the attempt. */
export async function intendBatch(
  tx: Tx,
  { kernel, task }: Attempt,
  turn: { readonly id: string; readonly step: string; readonly model: string; readonly reservation?: ReservationId },
): Promise<void> {
  const { id, step, model, reservation = null } = turn
  const payload = { id, step, round: task.round, model, reservation }
  await kernel.journal.append(tx, { kind: 'batch.intended', ...about(task), payload })
  const row = { id, task: task.id, round: task.round, step, model, reservation, at: kernel.clock.now() }
  await insert.run(tx.db, row)
}

/** The provider has it. */
export async function sentBatch(tx: Tx, kernel: Kernel, row: Batched, batch: string): Promise<Batched> {
  const task = await taskOf(tx, row.task_id)
  await kernel.journal.append(tx, { kind: 'batch.sent', ...about(task), payload: { id: row.id, batch } })
  await markSent.run(tx.db, { id: row.id, batch })
  return { ...row, state: 'sent', batch }
}

/** It waits no longer. What becomes of the money is the caller's business, in the same transaction. */
export async function endBatch(tx: Tx, kernel: Kernel, row: Batched, how: Ended): Promise<void> {
  const changed = await markEnded.run(tx.db, { id: row.id, how, at: kernel.clock.now() })
  // Somebody else has ended it: the first word counts.
  if (changed === 0) return
  const task = await taskOf(tx, row.task_id)
  await kernel.journal.append(tx, { kind: 'batch.ended', ...about(task), payload: { id: row.id, how } })
}

function about(task: Pick<Row<'tasks'>, 'id' | 'run_id' | 'subject'>) {
  return { subject: task.subject, run: task.run_id, task: task.id, origin: 'system' } as const
}

async function taskOf(tx: Tx, id: TaskId): Promise<Pick<Row<'tasks'>, 'id' | 'run_id' | 'subject'>> {
  const row = await taskById.first(tx.db, { id })
  if (!row) throw new TypeError(`there is no task ${id}`)
  return row
}

type Inserted = {
  id: string
  task: TaskId
  round: number
  step: string
  model: string
  reservation: ReservationId | null
  at: Instant
}
const insert = compiled((db, given: Inserted) =>
  db.insertInto('batches').values({
    id: given.id,
    task_id: given.task,
    round: given.round,
    step: given.step,
    model: given.model,
    batch: null,
    reservation_id: given.reservation,
    state: 'intended',
    intended_at: given.at,
    ended_at: null,
  }),
)
const byStep = compiled((db, given: { task: TaskId; round: number; step: string }) =>
  db
    .selectFrom('batches')
    .selectAll()
    .where('task_id', '=', given.task)
    .where('round', '=', given.round)
    .where('step', '=', given.step),
)
const byBatch = compiled((db, given: { batch: string }) =>
  db.selectFrom('batches').select('id').where('batch', '=', given.batch),
)
const taskById = compiled((db, given: { id: TaskId }) =>
  db.selectFrom('tasks').select(['id', 'run_id', 'subject']).where('id', '=', given.id),
)
const markSent = compiled((db, given: { id: string; batch: string }) =>
  db.updateTable('batches').set({ state: 'sent', batch: given.batch }).where('id', '=', given.id),
)
const markEnded = compiled((db, given: { id: string; how: Ended; at: Instant }) =>
  db
    .updateTable('batches')
    .set({ state: given.how, ended_at: given.at })
    .where('id', '=', given.id)
    .where('ended_at', 'is', null),
)
