import { compiled } from '../store/compiled.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import { companyIdentity, type Ids } from '../values/id.ts'
import { microUsd, type Usd } from '../values/money.ts'
import type { Clock } from '../values/time.ts'
import type { Budget, Scope } from './budget.ts'
import { reserve } from './reserve.ts'
import { doubt, release, send, settle, settleDead } from './settle.ts'

/** What a budget stands on. */
export interface BudgetOptions {
  readonly store: Store
  readonly journal: Journal
  readonly ids: Ids
  readonly clock: Clock
}

/** The money of the company, in its store. */
export function openBudget({ store, journal, ids, clock }: BudgetOptions): Budget {
  return {
    setLimit: (tx, scope, limit) => setLimit(journal, tx, scope, limit),
    reserve: (tx, spender, scopes, worst) => reserve({ journal, ids, clock }, tx, { spender, scopes, worst }),
    send: (tx, reservation) => send(journal, tx, reservation),
    settle: (tx, reservation, actual) => settle(journal, tx, reservation, actual),
    release: (tx, reservation) => release(journal, tx, reservation),
    settleDead: (tx, task) => settleDead(journal, tx, task),
    doubt: (tx, reservation) => doubt(journal, tx, reservation),
    async spentOn(scope) {
      const row = await purse.first(store.read, scope)
      if (!row) return { limit: null, spent: microUsd(0), reserved: microUsd(0) }
      return { limit: row.limit_usd, spent: row.spent, reserved: row.reserved }
    },
  }
}

/** A limit below what is spent and reserved takes nothing back; it only refuses what comes next. */
async function setLimit(journal: Journal, tx: Tx, { scope, period }: Scope, limit: Usd | null): Promise<void> {
  if (limit !== null && (!Number.isSafeInteger(limit) || limit < 0)) throw new RangeError(`not a limit: ${limit}`)
  await putLimit.run(tx.db, { scope, period, limit, none: microUsd(0) })
  const payload = { scope, period, limit }
  await journal.append(tx, { kind: 'budget.set', subject: companyIdentity, origin: 'operator', payload })
}

const purse = compiled((db, given: Scope) =>
  db.selectFrom('budgets').selectAll().where('scope', '=', given.scope).where('period', '=', given.period),
)
const putLimit = compiled((db, given: Scope & { limit: Usd | null; none: Usd }) =>
  db
    .insertInto('budgets')
    .values({
      scope: given.scope,
      period: given.period,
      limit_usd: given.limit,
      spent: given.none,
      reserved: given.none,
    })
    .onConflict((clash) => clash.columns(['scope', 'period']).doUpdateSet({ limit_usd: given.limit })),
)
