import { type Expression, type SqlBool, sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { type Instant, later, minutes, seconds } from '../values/time.ts'
import type { ControlScope } from './control.ts'
import { anHour } from './slot.ts'

/** What a scope has reserved or spent within the last hour, and when so much more fits into what it may. */
export interface Hourly {
  readonly used: Usd
  readonly fits: boolean
  /** When it is worth asking again, where it does not fit; `undefined`: one call alone is more than an hour may cost. */
  readonly again: Instant | undefined
}

// A call in flight holds its worst case, which is often ten times what it costs: it is worth looking when one has ended.
const recheck = seconds(5)
// One that waits in a provider's batch holds it for minutes or hours.
const batchRecheck = minutes(5)

/** Looks whether `more` fits under `most` within the last hour. A reservation counts whole from when it was made until it is settled. */
export async function hourly(tx: Tx, scope: ControlScope, most: Usd, more: Usd, now: Instant): Promise<Hourly> {
  const since = (now - anHour) as Instant
  const { used } = await reserved(tx, scope, since)
    .select(sql<number>`coalesce(sum(${cost}), 0)`.as('used'))
    .executeTakeFirstOrThrow()
  if (used + more <= most) return { used: microUsd(used), fits: true, again: now }
  if (more > most) return { used: microUsd(used), fits: false, again: undefined }
  const rows = await reserved(tx, scope, since)
    .select(['r.made_at as at', cost.as('cost'), open.as('open')])
    .orderBy('r.made_at')
    .execute()
  let left = used
  const freed = rows.find((row) => {
    left -= row.cost
    return left + more <= most
  })
  if (!freed) throw new TypeError('an hour that holds nothing has room for what it may hold')
  const again = later(freed.at, anHour)
  const soon = [
    ...(rows.some((row) => row.open === 'call') ? [later(now, recheck)] : []),
    ...(rows.some((row) => row.open === 'batch') ? [later(now, batchRecheck)] : []),
  ]
  return { used: microUsd(used), fits: false, again: Math.min(again, ...soon) as Instant }
}

const open = sql<'call' | 'batch' | 'no'>`CASE WHEN r.state NOT IN ('held', 'sent') THEN 'no'
  WHEN EXISTS (SELECT 1 FROM batches b WHERE b.reservation_id = r.id AND b.state IN ('intended', 'sent')) THEN 'batch'
  ELSE 'call' END`

/** What was let go was never sent. */
const cost = sql<number>`CASE WHEN r.state = 'released' THEN 0 ELSE coalesce(r.actual, r.amount) END`

function reserved(tx: Tx, scope: ControlScope, since: Instant) {
  return tx.db.selectFrom('reservations as r').where('r.made_at', '>', since).where(isOf(scope))
}

function isOf(scope: ControlScope): Expression<SqlBool> {
  const name = scope.slice(scope.indexOf(':') + 1)
  if (scope === 'company') return sql<SqlBool>`1 = 1`
  if (scope.startsWith('agent:')) return sql<SqlBool>`r.agent = ${name}`
  if (scope.startsWith('provider:')) return sql<SqlBool>`r.account = ${name}`
  return sql<SqlBool>`(SELECT workflow FROM runs WHERE runs.id = r.run_id) = ${name}`
}
