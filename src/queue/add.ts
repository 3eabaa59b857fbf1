import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row, TaskRow } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { TaskId } from '../values/id.ts'
import type { Parts } from './change.ts'
import type { NewTask } from './queue.ts'

const idsPerQuery = 500
const tasksPerEvent = 500

/** See `Queue.add`. */
export async function add(parts: Parts, tx: Tx, tasks: readonly NewTask[]): Promise<void> {
  if (tasks.length === 0) return
  const met = await doneNeeds(tx, tasks)
  const rows = tasks.map((task) => newRow(task, task.needs.filter((need) => !met.has(need)).length))
  await admit(parts, tx, rows)
  for (const row of rows) await insertTask.run(tx.db, row)
  await insertNeeds(
    tx,
    tasks.flatMap((task) => task.needs.map((need) => ({ task_id: task.id, needs_id: need }))),
  )
  await recordAdded(parts, tx, tasks)
  if (rows.some((row) => row.state === 'ready')) parts.wake.afterCommit(tx)
}

/** Writes what needs what. What was written before is left alone. */
export async function insertNeeds(tx: Tx, needs: readonly Row<'needs'>[]): Promise<void> {
  for (const need of needs) await insertNeed.run(tx.db, need)
}

/** A list in pieces of at most `size`. */
function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size))
}

async function doneNeeds(tx: Tx, tasks: readonly NewTask[]): Promise<ReadonlySet<TaskId>> {
  const fresh = new Set(tasks.map((task) => task.id))
  const older = [...new Set(tasks.flatMap((task) => task.needs))].filter((need) => !fresh.has(need))
  const done = new Set<TaskId>()
  for (const some of chunks(older, idsPerQuery)) {
    const rows = await tx.db
      .selectFrom('tasks')
      .select('id')
      .where('id', 'in', some)
      .where('state', '=', sql.lit('done'))
      .execute()
    for (const row of rows) done.add(row.id)
  }
  return done
}

function newRow(task: NewTask, pending: number): TaskRow {
  return {
    id: task.id,
    run_id: task.run,
    name: task.name,
    plan_hash: task.plan,
    node: task.node,
    kind: task.kind,
    subject: task.subject,
    parent_id: task.parent ?? null,
    item: task.item ?? null,
    lane: task.lane,
    priority: task.priority,
    queue_key: task.key ?? null,
    state: pending > 0 ? 'waiting' : 'ready',
    pending,
    due_at: task.dueAt,
    attempt: 0,
    round: 1,
    fence: 0,
    lease_until: null,
    owner: null,
    gate_id: null,
    worked_ms: 0,
    outcome_seq: null,
    ended_at: null,
  }
}

// Counted once for all adds that share a COMMIT: counting is as dear as the queue is deep.
const openTasks = new WeakMap<object, number>()

/** Work that a task of a run already admitted makes (`parent`) is never refused: it would be stuck half way. */
async function admit({ limits }: Parts, tx: Tx, rows: readonly TaskRow[]): Promise<void> {
  const starting = rows.filter((row) => row.lane === 'background' && row.state === 'ready' && !row.parent_id).length
  if (starting === 0) return
  const open = openTasks.get(tx.batch) ?? (await countOpen(tx, limits.depth))
  if (open + starting > limits.depth) refuse('queue.full', { depth: open, limit: limits.depth })
  openTasks.set(tx.batch, open + starting)
}

async function countOpen(tx: Tx, most: number): Promise<number> {
  const ready = await countReady.all(tx.db, { most })
  const claimed = await countClaimed.all(tx.db, { most })
  return ready.length + claimed.length
}

const countReady = compiled((db, given: { most: number }) =>
  db
    .selectFrom('tasks')
    .select('lane')
    .where('state', '=', sql.lit('ready'))
    .where('lane', '=', 'background')
    .limit(given.most),
)
const countClaimed = compiled((db, given: { most: number }) =>
  db
    .selectFrom('tasks')
    .select('lane')
    .where('state', '=', sql.lit('claimed'))
    .where('lane', '=', 'background')
    .limit(given.most),
)

/** One event for up to 500 tasks that share run, plan, parent and subject: it is sealed under that subject's key. */
async function recordAdded({ journal }: Parts, tx: Tx, tasks: readonly NewTask[]): Promise<void> {
  const together = Map.groupBy(tasks, (task) => [task.run, task.plan, task.parent, task.subject].join(' '))
  for (const group of together.values()) {
    const [{ run, plan, parent, subject }] = group as [NewTask]
    for (const some of chunks(group, tasksPerEvent)) {
      const added = some.map(({ id, name, kind, needs, node, item }) => ({
        ...{ id, name, kind, needs },
        ...(node === name ? {} : { node }),
        ...(item === undefined ? {} : { item }),
      }))
      const payload = { tasks: added, plan, parent: parent ?? null }
      await journal.append(tx, { kind: 'task.added', subject, origin: 'system', run, payload })
    }
  }
}

const insertNeed = compiled((db, given: Row<'needs'>) =>
  db
    .insertInto('needs')
    .values({ task_id: given.task_id, needs_id: given.needs_id })
    .onConflict((clash) => clash.doNothing()),
)
const insertTask = compiled((db, given: TaskRow) =>
  db.insertInto('tasks').values({
    id: given.id,
    run_id: given.run_id,
    name: given.name,
    plan_hash: given.plan_hash,
    node: given.node,
    kind: given.kind,
    subject: given.subject,
    parent_id: given.parent_id,
    item: given.item,
    lane: given.lane,
    priority: given.priority,
    queue_key: given.queue_key,
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
  }),
)
