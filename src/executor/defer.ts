import { nextPeriod, periodOf } from '../budget/period.ts'
import { fault } from '../values/fault.ts'
import { formatUsd } from '../values/money.ts'
import { isoInstant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import type { Shortage } from './money-gate.ts'

/** The task waits for the next month of the purse that was short; or why that would not help. */
export type Deferral = Extract<Performed, { kind: 'postponed' }> | { readonly kind: 'no-window'; readonly why: string }

/** Puts a step off that its purse cannot pay this month. A purse for life has no next month, and a limit may be too low in every month. */
export async function deferStep({ kernel }: Attempt, short: Shortage): Promise<Deferral> {
  const { scope, period } = short.scope
  if (period === 'life') return { kind: 'no-window', why: `${scope} is for life: there is no next month to wait for.` }
  const now = kernel.clock.now()
  const { period: next, begins } = nextPeriod(now, kernel.timeZone)
  const limit = await limitIn(kernel, scope, next)
  if (limit !== null && limit < short.needed)
    return { kind: 'no-window', why: `${next} allows ${scope} no more than ${formatUsd(limit)} either.` }
  // The month has turned since the money was asked for: the next attempt asks the new one.
  const until = periodOf(now, kernel.timeZone) === period ? begins : now
  const words = {
    scope,
    period,
    left: formatUsd(short.left),
    limit: formatUsd(short.limit),
    needed: formatUsd(short.needed),
  }
  return { kind: 'postponed', until, fault: fault('budget.deferred', { ...words, next, at: isoInstant(until) }) }
}

/** What the operator has set for a month, or what the config says of every month; `null`: no limit. */
async function limitIn({ store, monthlyLimits }: Attempt['kernel'], scope: string, period: string) {
  const set = await store.read
    .selectFrom('budgets')
    .select('limit_usd')
    .where('scope', '=', scope)
    .where('period', '=', period)
    .executeTakeFirst()
  return set ? set.limit_usd : (monthlyLimits.get(scope) ?? null)
}
