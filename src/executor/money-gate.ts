import type { Scope } from '../budget/budget.ts'
import type { Tx } from '../store/store.ts'
import type { Fault } from '../values/fault.ts'
import { derivedId, type GateId } from '../values/id.ts'
import { formatUsd, type Usd } from '../values/money.ts'
import type { Attempt } from './attempt.ts'
import { costSoFar } from './card.ts'
import type { Performed } from './ending.ts'

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
 * of the same step under a raised limit is another gate.
 */
export async function askForMoney(
  attempt: Attempt,
  step: string,
  short: Shortage,
): Promise<Exclude<Performed, { kind: 'done' }>> {
  const { kernel, task } = attempt
  const gate = derivedId('gat', task.id, task.round, step, short.scope.scope, short.scope.period, short.limit)
  const state = await kernel.store.write((tx) => kernel.gates.stateOf(tx, gate))
  if (state !== undefined && state !== 'open') return { kind: 'fault', fault: { ...short.fault, retry: 'never' } }
  return { kind: 'held', gate, also: (tx) => openGate(tx, attempt, gate, short) }
}

async function openGate(tx: Tx, attempt: Attempt, gate: GateId, short: Shortage): Promise<void> {
  const { kernel, run, task } = attempt
  await kernel.gates.open(tx, {
    id: gate,
    run: run.id,
    task: task.id,
    subject: task.subject,
    origin: 'system',
    covers: [],
    card: {
      ask: `${task.name} may cost up to ${formatUsd(short.needed)} more; ${short.scope.scope} has ${formatUsd(short.left)} left of ${formatUsd(short.limit)}. Raise the limit by ${formatUsd(short.needed)}?`,
      reason: 'budget',
      kind: 'confirm',
      content: null,
      actions: [],
      sources: [],
      costSoFar: await costSoFar(tx, run.id),
      dueAt: null,
      otherwise: 'wait',
      fault: short.fault,
      more: { scope: `${short.scope.scope} ${short.scope.period}`, needed: short.needed, left: short.left },
    },
  })
}
