import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { type Instant, later } from '../values/time.ts'
import { type Capacity, countClaim, readCapacity } from './capacity.ts'
import { change, type Parts, record } from './change.ts'
import { bothLanes, type Claim, type Claimed, type Lane } from './queue.ts'

/** See `Queue.claim`. */
export async function claim(parts: Parts, tx: Tx, ask: Claim): Promise<Claimed[]> {
  const now = parts.clock.now()
  const capacity = await readCapacity(tx.db, parts.limits, now)
  const leaseUntil = later(now, ask.lease)
  const claimed: Claimed[] = []
  let background = ask.background ?? ask.max
  const wanted = (lane: Lane): number =>
    lane === 'background' ? Math.min(background, ask.max - claimed.length) : ask.max - claimed.length
  for await (const row of dueTasks(tx, capacity, now, wanted)) {
    const task = (await change(tx, row, { kind: 'claimed', owner: ask.owner, leaseUntil })) as Claimed | undefined
    if (!task) throw new TypeError(`${row.name} was read as ready and cannot be claimed`)
    capacity.take(task.queue_key)
    await countClaim(tx, parts.limits, task.queue_key, now)
    const { fence, attempt } = task
    await record(parts, tx, task, 'task.claimed', { fence, attempt, owner: ask.owner, leaseUntil })
    claimed.push(task)
    if (task.lane === 'background') background -= 1
  }
  return claimed
}

/** Due tasks in the order of the queue, as long as more of its lane are wanted. Each is claimed before the next is asked for. */
async function* dueTasks(
  tx: Tx,
  capacity: Capacity,
  now: Instant,
  wantedOf: (lane: Lane) => number,
): AsyncGenerator<Row<'tasks'>, void> {
  for (const lane of bothLanes) {
    const wanted = (): number => wantedOf(lane)
    let priority = Number.MAX_SAFE_INTEGER
    while (wanted() > 0) {
      // Priority by priority, so that the index gives just the tasks that are due, however many are due later.
      const top = await topPriority.first(tx.db, { lane, upTo: priority })
      if (!top) break
      yield* duePage(tx, capacity, { lane, priority: top.priority, now, wanted })
      priority = top.priority - 1
    }
  }
}

async function* duePage(
  tx: Tx,
  capacity: Capacity,
  ask: { lane: Lane; priority: number; now: Instant; wanted: () => number },
): AsyncGenerator<Row<'tasks'>, void> {
  const { lane, priority, now, wanted } = ask
  while (wanted() > 0) {
    const limit = wanted()
    const saturated = capacity.saturated()
    const given = { lane, priority, now, limit }
    const page =
      saturated.length === 0 ? await due.all(tx.db, given) : await dueExcept(tx, { ...given, saturated }).execute()
    let passedOver = false
    for (const row of page) {
      if (capacity.has(row.queue_key)) yield row
      else passedOver = true
    }
    // A key that filled up within the page took places of others: they are looked for again, without that key.
    if (!passedOver) return
  }
}

type Due = { lane: Lane; priority: number; now: Instant; limit: number }
const topPriority = compiled((db, given: { lane: Lane; upTo: number }) =>
  db
    .selectFrom('tasks')
    .select('priority')
    .where('state', '=', sql.lit('ready'))
    .where('lane', '=', given.lane)
    .where('priority', '<=', given.upTo)
    .orderBy('priority', 'desc')
    .limit(sql.lit(1)),
)
const due = compiled((db, given: Due) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('state', '=', sql.lit('ready'))
    .where('lane', '=', given.lane)
    .where('priority', '=', given.priority)
    .where('due_at', '<=', given.now)
    .orderBy('due_at')
    .orderBy('id')
    .limit(given.limit),
)

function dueExcept(tx: Tx, given: Due & { saturated: readonly string[] }) {
  return tx.db
    .selectFrom('tasks')
    .selectAll()
    .where('state', '=', sql.lit('ready'))
    .where('lane', '=', given.lane)
    .where('priority', '=', given.priority)
    .where('due_at', '<=', given.now)
    .where((eb) => eb.or([eb('queue_key', 'is', null), eb('queue_key', 'not in', given.saturated)]))
    .orderBy('due_at')
    .orderBy('id')
    .limit(given.limit)
}
