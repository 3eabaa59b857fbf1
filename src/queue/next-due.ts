import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import { type Instant, instant } from '../values/time.ts'
import { readCapacity } from './capacity.ts'
import type { Parts } from './change.ts'
import { bothLanes, type Lane } from './queue.ts'

/**
 * See `Queue.nextDue`. Tasks of a saturated key want no attention: when a task of their key ends they are woken, and when
 * their window ends is counted here.
 */
export async function nextDue(
  { store, clock, limits }: Parts,
  lanes: readonly Lane[] = bothLanes,
): Promise<Instant | undefined> {
  const capacity = await readCapacity(store.read, limits, clock.now())
  const saturated = capacity.saturated()
  let ready = store.read.selectFrom('tasks').select('due_at').where('state', '=', sql.lit('ready'))
  if (saturated.length > 0) {
    ready = ready.where((eb) => eb.or([eb('queue_key', 'is', null), eb('queue_key', 'not in', saturated)]))
  }
  // Both lanes are the index by due time; one of them the index by lane, of which few are ready at a time.
  if (lanes.length < bothLanes.length) ready = ready.where('lane', 'in', [...lanes])
  const due = await ready.orderBy('due_at').limit(1).executeTakeFirst()
  const leased = await firstLease.first(store.read, {})
  const moments: number[] = [...capacity.opensAt]
  if (due) moments.push(due.due_at)
  if (leased?.lease_until) moments.push(leased.lease_until)
  return moments.length > 0 ? instant(Math.min(...moments)) : undefined
}

const firstLease = compiled((db) =>
  db
    .selectFrom('tasks')
    .select('lease_until')
    .where('state', '=', sql.lit('claimed'))
    .orderBy('lease_until')
    .limit(sql.lit(1)),
)
