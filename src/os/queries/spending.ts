import { sql } from 'kysely'
import type { Usd } from '../../values/money.ts'
import { type Instant, minutes } from '../../values/time.ts'
import type { Os } from '../os.ts'

/** What was paid in a quarter of an hour, for whom. */
export interface Paid {
  readonly at: Instant
  readonly workflow: string
  readonly agent: string | null
  /** Whether a schedule started the run. */
  readonly scheduled: boolean
  readonly cost: Usd
}

// Every time zone is whole quarters of an hour from UTC: so a day's quarters lie in that day, and a busy month is some thousand rows.
const quarter = minutes(15)

/** What was paid since an instant, in quarters of an hour. */
export async function paidSince(os: Pick<Os, 'store'>, since: Instant): Promise<Paid[]> {
  const rows = await os.store.read
    .selectFrom('reservations as r')
    .innerJoin('runs', 'runs.id', 'r.run_id')
    .leftJoin('occurrences as o', 'o.run_id', 'r.run_id')
    .select([
      sql<Instant>`(r.made_at / ${sql.lit(quarter)}) * ${sql.lit(quarter)}`.as('at'),
      'runs.workflow',
      'r.agent',
      sql<number>`o.run_id IS NOT NULL`.as('scheduled'),
      sql<Usd>`sum(r.actual)`.as('cost'),
    ])
    .where('r.made_at', '>=', since)
    .where('r.actual', 'is not', null)
    .groupBy(['at', 'runs.workflow', 'r.agent', 'scheduled'])
    .execute()
  return rows.map((row) => ({ ...row, scheduled: row.scheduled === 1 }))
}

/** What the ended runs of each schedule cost, of those that were started since an instant. */
export async function scheduledCosts(os: Pick<Os, 'store'>, since: Instant): Promise<Map<string, Usd[]>> {
  const rows = await os.store.read
    .selectFrom('runs')
    .innerJoin('occurrences as o', 'o.run_id', 'runs.id')
    .leftJoin('budgets as b', (join) =>
      join.on('b.scope', '=', sql<string>`'run:' || runs.id`).on('b.period', '=', sql.lit('life')),
    )
    .select(['o.schedule', sql<Usd>`coalesce(b.spent, 0)`.as('cost')])
    .where('runs.started_at', '>=', since)
    .where('runs.ended_at', 'is not', null)
    .execute()
  const costs = new Map<string, Usd[]>()
  for (const { schedule, cost } of rows) costs.set(schedule, [...(costs.get(schedule) ?? []), cost])
  return costs
}
