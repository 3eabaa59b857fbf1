import type { Scope } from '../budget/budget.ts'
import type { Fault } from '../values/fault.ts'
import { derivedId } from '../values/id.ts'
import { formatUsd, type Usd } from '../values/money.ts'
import type { Attempt } from './attempt.ts'
import { putQuestion, type Question } from './card.ts'
import type { Performed } from './ending.ts'
import { agentAtWork } from './hold-back.ts'
import { ownPurse } from './purse.ts'
import { standingGate } from './standing-gate.ts'

/** A reservation that a purse could not give. */
export interface Shortage {
  readonly scope: Scope
  readonly needed: Usd
  readonly left: Usd
  readonly limit: Usd
  readonly fault: Fault
}

/**
 * Asks the operator for the money that is missing. Approving raises the limit by what this step may cost (decide.ts); a second shortage
 * of the same step under a raised limit is another gate. `because`: why nothing else was left than to ask.
 */
export async function askForMoney(
  attempt: Attempt,
  step: string,
  short: Shortage,
  because = '',
): Promise<Exclude<Performed, { kind: 'done' }>> {
  const { kernel, task } = attempt
  const { scope, needed, left, limit } = short
  const first = derivedId('gat', task.id, task.round, step, scope.scope, scope.period, limit)
  const { gate, state } = await kernel.store.write((tx) => standingGate(tx, attempt, first, 'nothing'))
  if (state !== undefined && state !== 'open') return { kind: 'fault', fault: { ...short.fault, retry: 'never' } }
  const isOwn = scope.scope === ownPurse(task.id).scope
  const purse = isOwn ? `the budget of ${agentAtWork(attempt) ?? 'its agent'} for it` : scope.scope
  const question: Question = {
    ask: `${task.name} may cost up to ${formatUsd(needed)} more; ${purse} has ${formatUsd(left)} left of ${formatUsd(limit)}. ${because}Raise the limit by ${formatUsd(needed)}?`,
    reason: 'budget',
    fault: short.fault,
    more: { scope: `${scope.scope} ${scope.period}`, needed, left },
  }
  return { kind: 'held', gate, also: (tx) => putQuestion(tx, attempt, gate, question) }
}
