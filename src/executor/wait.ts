import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { IdentityId, ReceiptId, TaskId } from '../values/id.ts'
import { contentHash } from '../values/json.ts'
import type { Instant } from '../values/time.ts'
import type { Kernel } from './kernel.ts'

// A partial index is taken only where its term stands as a literal.
const open = sql.lit('open' as const)
const kept = sql.lit('kept' as const)

/** What a receipt and a wait are compared by: the table holds no text from outside. */
export function matchHash(name: string, match: string): string {
  return contentHash([name, match])
}

/** The wait of this round of a task, if it has begun. */
export function readWait(tx: Tx, task: Pick<Row<'tasks'>, 'id' | 'round'>): Promise<Row<'waits'> | undefined> {
  return waitOf.first(tx.db, { task: task.id, round: task.round })
}

/** Begins a wait, or begins it anew after it was over. */
export async function openWait(
  tx: Tx,
  kernel: Kernel,
  task: Row<'tasks'>,
  { name, match, dueAt }: { readonly name: string; readonly match: string; readonly dueAt: Instant },
): Promise<Row<'waits'>> {
  const { id, round, subject, run_id: run } = task
  const seq = await kernel.journal.append(tx, {
    kind: 'wait.opened',
    subject,
    run,
    task: id,
    origin: 'system',
    payload: { round, name, match, dueAt },
  })
  const row: Row<'waits'> = {
    task_id: id,
    round,
    name,
    match: matchHash(name, match),
    state: 'open',
    due_at: dueAt,
    opened_seq: seq,
    receipt_id: null,
  }
  const { task_id: _task, round: _round, ...rest } = row
  await tx.db
    .insertInto('waits')
    .values(row)
    .onConflict((clash) => clash.columns(['task_id', 'round']).doUpdateSet(rest))
    .execute()
  return row
}

/** Ends a wait to which nothing came. */
export async function endWait(tx: Tx, kernel: Kernel, task: Row<'tasks'>): Promise<void> {
  const { id, round, subject, run_id: run } = task
  const payload = { round }
  await kernel.journal.append(tx, { kind: 'wait.over', subject, run, task: id, origin: 'system', payload })
  await tx.db.updateTable('waits').set({ state: 'over' }).where('task_id', '=', id).where('round', '=', round).execute()
}

/** Gives what was kept to whoever has waited for it longest, and calls that task. `undefined` when nobody waits: it stays kept. */
export async function answerWait(tx: Tx, kernel: Kernel, receipt: Kept): Promise<TaskId | undefined> {
  const wait = await longestWaiting.first(tx.db, { name: receipt.name, match: receipt.match })
  if (!wait) return undefined
  await bind(tx, kernel, receipt, wait)
  await kernel.queue.call(tx, wait.task_id)
  return wait.task_id
}

/** Gives an open wait the first of what was kept for it. */
export async function takeKept(
  tx: Tx,
  kernel: Kernel,
  wait: Pick<Row<'waits'>, 'task_id' | 'round' | 'name' | 'match'>,
): Promise<ReceiptId | undefined> {
  const receipt = await firstKept.first(tx.db, { name: wait.name, match: wait.match })
  if (!receipt) return undefined
  await bind(tx, kernel, receipt, wait)
  return receipt.id
}

interface Kept {
  readonly id: ReceiptId
  readonly subject: IdentityId
  readonly name: string
  readonly match: string
}

async function bind(
  tx: Tx,
  kernel: Kernel,
  receipt: Pick<Kept, 'id' | 'subject'>,
  wait: Pick<Row<'waits'>, 'task_id' | 'round'>,
): Promise<void> {
  const { task_id: task, round } = wait
  const { run_id: run } = await tx.db
    .selectFrom('tasks')
    .select('run_id')
    .where('id', '=', task)
    .executeTakeFirstOrThrow()
  await kernel.journal.append(tx, {
    kind: 'webhook.answered',
    subject: receipt.subject,
    run,
    task,
    origin: 'external',
    payload: { receipt: receipt.id, round },
  })
  await tx.db.updateTable('receipts').set({ state: 'answered', task_id: task }).where('id', '=', receipt.id).execute()
  await tx.db
    .updateTable('waits')
    .set({ state: 'answered', receipt_id: receipt.id })
    .where('task_id', '=', task)
    .where('round', '=', round)
    .execute()
}

const waitOf = compiled((db, given: { task: TaskId; round: number }) =>
  db.selectFrom('waits').selectAll().where('task_id', '=', given.task).where('round', '=', given.round),
)

// A task whose run was cancelled waits for nothing any more, whatever its wait says.
const longestWaiting = compiled((db, given: { name: string; match: string }) =>
  db
    .selectFrom('waits')
    .innerJoin('tasks', 'tasks.id', 'waits.task_id')
    .select(['waits.task_id', 'waits.round'])
    .where('waits.state', '=', open)
    .where('waits.name', '=', given.name)
    .where('waits.match', '=', given.match)
    .where('tasks.state', 'in', [sql.lit('ready' as const), sql.lit('claimed' as const)])
    .whereRef('tasks.round', '=', 'waits.round')
    .orderBy('waits.opened_seq')
    .limit(sql.lit(1)),
)

const firstKept = compiled((db, given: { name: string; match: string }) =>
  db
    .selectFrom('receipts')
    .select(['id', 'subject'])
    .where('state', '=', kept)
    .where('name', '=', given.name)
    .where('match', '=', given.match)
    .orderBy('received_seq')
    .limit(sql.lit(1)),
)
