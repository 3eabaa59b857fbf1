import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import { fault } from '../values/fault.ts'
import type { Ids } from '../values/id.ts'
import { formatUsd, microUsd, type Usd } from '../values/money.ts'
import type { Clock } from '../values/time.ts'
import type { Reserved, Scope, Spender } from './budget.ts'
import { pursesOf } from './purses.ts'
import { insertReservation, recordReservation } from './reservation.ts'

/** See `Budget.reserve`. Throws a RangeError on an amount that is none. */
export async function reserve(
  parts: { readonly journal: Journal; readonly ids: Ids; readonly clock: Clock },
  tx: Tx,
  ask: { readonly spender: Spender; readonly scopes: readonly Scope[]; readonly worst: Usd },
): Promise<Reserved> {
  const { spender, worst } = ask
  if (!Number.isSafeInteger(worst) || worst < 0) throw new RangeError(`not an amount: ${worst}`)
  const purses = pursesOf(ask.scopes)
  if (!(await purses.reserve(tx, worst))) {
    // Seldom: a scope is new, or one has too little left.
    const opened = await purses.open(tx)
    if (!(await purses.reserve(tx, worst))) {
      const refused = refusal(await purses.rows(tx), worst)
      await purses.close(tx, opened)
      return refused
    }
  }
  const { step, fence, run: run_id, task: task_id, subject, agent, account } = spender
  const owner = { run_id, task_id, subject }
  const id = parts.ids.next('rsv')
  const scopes = JSON.stringify(purses.scopes.map(({ scope, period }) => ({ scope, period })))
  await insertReservation(tx, {
    id,
    ...owner,
    step,
    fence,
    scopes,
    amount: worst,
    agent: agent ?? null,
    account: account ?? null,
    made_at: parts.clock.now(),
  })
  const named = purses.scopes.map(({ scope, period }) => `${scope} ${period}`)
  const payload = {
    reservation: id,
    step,
    fence,
    amount: worst,
    scopes: named,
    ...(agent ? { agent } : {}),
    ...(account ? { account } : {}),
  }
  await recordReservation(parts.journal, tx, owner, 'budget.reserved', payload)
  return { ok: true, reservation: id }
}

/** Names the scope that has the least left: it is the one to raise. */
function refusal(rows: readonly Row<'budgets'>[], worst: Usd): Reserved {
  const limited = rows
    .filter((row): row is Row<'budgets'> & { limit_usd: Usd } => row.limit_usd !== null)
    .map((row) => ({ ...row, left: row.limit_usd - row.spent - row.reserved }))
  const least = limited.toSorted((a, b) => a.left - b.left)[0]
  if (!least || least.left >= worst) throw new TypeError('refused money that is there')
  const { scope, period, limit_usd: limit } = least
  const left = microUsd(Math.max(0, least.left))
  const words = { scope, left: formatUsd(left), limit: formatUsd(limit), needed: formatUsd(worst) }
  return { ok: false, fault: fault('budget.exhausted', words), scope: { scope, period }, left, limit }
}
