import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import type { TaskId } from '../values/id.ts'
import { type Duration, type Instant, later } from '../values/time.ts'
import { change, changeFenced, type Parts, record } from './change.ts'
import type { Claimed } from './queue.ts'

/** See `Queue.heartbeat`. Not journalled: that a task lives follows from the clock and the lease. */
export async function heartbeat(parts: Parts, tx: Tx, id: TaskId, fence: number, lease: Duration): Promise<boolean> {
  const task = await underFence.first(tx.db, { id, fence })
  if (!task) return false
  const renewed = await change(tx, task, { kind: 'renewed', leaseUntil: later(parts.clock.now(), lease) })
  return renewed !== undefined
}

/** See `Queue.assertFence`. */
export async function assertFence(tx: Tx, id: TaskId, fence: number): Promise<void> {
  const held = await fenceOf.first(tx.db, { id, fence })
  if (!held) refuse('queue.stale-fence', { fence, task: id })
}

/** See `Queue.expired`. */
export async function expired(parts: Parts, tx: Tx, max: number): Promise<Claimed[]> {
  return (await overdue.all(tx.db, { now: parts.clock.now(), max })) as Claimed[]
}

/** See `Queue.lose`. */
export async function lose(parts: Parts, tx: Tx, task: Claimed): Promise<void> {
  await changeFenced(tx, task, { kind: 'lost', dueAt: parts.clock.now() })
  await record(parts, tx, task, 'task.lost', { fence: task.fence })
  parts.wake.afterCommit(tx)
}

/** See `Queue.abandon`. What was claimed is then reclaimed like any task whose lease ran out. */
export async function abandon(parts: Parts, tx: Tx): Promise<void> {
  await endLeases.run(tx.db, { now: parts.clock.now() })
}

type Attempt = { id: TaskId; fence: number }
const underFence = compiled((db, given: Attempt) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('id', '=', given.id)
    .where('fence', '=', given.fence)
    .where('state', '=', sql.lit('claimed')),
)
const fenceOf = compiled((db, given: Attempt) =>
  db
    .selectFrom('tasks')
    .select('fence')
    .where('id', '=', given.id)
    .where('fence', '=', given.fence)
    .where('state', '=', sql.lit('claimed')),
)
const overdue = compiled((db, given: { now: Instant; max: number }) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('state', '=', sql.lit('claimed'))
    .where('lease_until', '<=', given.now)
    .orderBy('lease_until')
    .limit(given.max),
)
const endLeases = compiled((db, given: { now: Instant }) =>
  db.updateTable('tasks').set({ lease_until: given.now }).where('state', '=', 'claimed'),
)
