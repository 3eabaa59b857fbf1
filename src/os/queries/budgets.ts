import { periodOf } from '../../budget/period.ts'
import type { Row } from '../../store/tables.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import { monthlyLimits } from '../config.ts'
import type { Os } from '../os.ts'

/** A purse. `left` is what may still be reserved; `null` limits and `left` mean: no limit. */
export interface BudgetLine {
  readonly scope: string
  readonly period: string
  readonly limit: Usd | null
  readonly spent: Usd
  readonly reserved: Usd
  readonly left: Usd | null
}

const most = 200

/** The purses of the company and of its workflows, for this month and for life; what the config limits also before it is spent from. */
export async function listBudgets(os: Os): Promise<BudgetLine[]> {
  const month = periodOf(os.clock.now(), os.config.operator.timeZone)
  const rows = await os.store.read
    .selectFrom('budgets')
    .selectAll()
    .where((eb) =>
      // ';' follows ':' in ASCII: all scopes that begin with 'workflow:', found by the primary key.
      eb.or([eb('scope', '=', 'company'), eb.and([eb('scope', '>', 'workflow:'), eb('scope', '<', 'workflow;')])]),
    )
    .where('period', 'in', [month, 'life'])
    .orderBy('scope')
    .orderBy('period')
    .limit(most)
    .execute()
  const known = new Set(rows.map((row) => `${row.scope} ${row.period}`))
  const unspent = Object.entries(monthlyLimits(os.config))
    .filter(([scope]) => !known.has(`${scope} ${month}`))
    .map(([scope, limit]) => ({ scope, period: month, limit_usd: limit, spent: microUsd(0), reserved: microUsd(0) }))
  return [...rows, ...unspent].sort(byPlace).map((row) => ({
    scope: row.scope,
    period: row.period,
    limit: row.limit_usd,
    spent: row.spent,
    reserved: row.reserved,
    left: row.limit_usd === null ? null : microUsd(Math.max(0, row.limit_usd - row.spent - row.reserved)),
  }))
}

function byPlace(a: Row<'budgets'>, b: Row<'budgets'>): number {
  const [left, right] = [`${a.scope} ${a.period}`, `${b.scope} ${b.period}`]
  return left < right ? -1 : left > right ? 1 : 0
}
