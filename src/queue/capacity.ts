import { type Kysely, sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { type Instant, instant } from '../values/time.ts'
import type { Limits } from './queue.ts'

/** How many more tasks of each limited key may be claimed now. */
export interface Capacity {
  /** Keys of which none may be claimed now. */
  saturated(): string[]
  has(key: string | null): boolean
  take(key: string | null): void
  /** When the windows end that keep a key from its next claim. */
  readonly opensAt: readonly Instant[]
}

/** Reads what the limited keys have left: tasks claimed at once, and claims in the window of now. */
export async function readCapacity(db: Kysely<Tables>, { keys }: Limits, now: Instant): Promise<Capacity> {
  const left = new Map<string, number>()
  const opensAt: Instant[] = []
  for (const [key, { concurrency, rate }] of Object.entries(keys)) {
    let room = Number.POSITIVE_INFINITY
    if (concurrency !== undefined) {
      room = Math.max(0, concurrency - (await claimedOf.all(db, { key, most: concurrency })).length)
    }
    if (rate) {
      const window = windowOf(now, rate.per)
      const claims = (await claimsIn.first(db, { key, window }))?.count ?? 0
      if (claims >= rate.count) opensAt.push(instant(window + rate.per))
      room = Math.min(room, Math.max(0, rate.count - claims))
    }
    left.set(key, room)
  }
  return {
    opensAt,
    saturated: () => [...left].filter(([, room]) => room === 0).map(([key]) => key),
    has: (key) => key === null || left.get(key) !== 0,
    take(key) {
      const room = key === null ? undefined : left.get(key)
      if (key !== null && room !== undefined) left.set(key, room - 1)
    },
  }
}

/** Counts a claim of a key in the window of now. Windows that are over are removed with it. */
export async function countClaim(tx: Tx, { keys }: Limits, key: string | null, now: Instant): Promise<void> {
  const rate = key === null ? undefined : keys[key]?.rate
  if (key === null || !rate) return
  const window = windowOf(now, rate.per)
  await addClaim.run(tx.db, { key, window })
  await dropBefore.run(tx.db, { key, window })
}

function windowOf(now: Instant, per: number): Instant {
  return instant(now - (now % per))
}

type Window = { key: string; window: Instant }
const claimedOf = compiled((db, given: { key: string; most: number }) =>
  db
    .selectFrom('tasks')
    .select('queue_key')
    .where('state', '=', sql.lit('claimed'))
    .where('queue_key', '=', given.key)
    .limit(given.most),
)
const claimsIn = compiled((db, given: Window) =>
  db.selectFrom('rates').select('count').where('key', '=', given.key).where('window_at', '=', given.window),
)
const addClaim = compiled((db, given: Window) =>
  db
    .insertInto('rates')
    .values({ key: given.key, window_at: given.window, count: 1 })
    .onConflict((clash) =>
      clash.columns(['key', 'window_at']).doUpdateSet((eb) => ({ count: eb('rates.count', '+', 1) })),
    ),
)
const dropBefore = compiled((db, given: Window) =>
  db.deleteFrom('rates').where('key', '=', given.key).where('window_at', '<', given.window),
)
