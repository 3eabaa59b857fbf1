import type { NewGate } from '../gate/gate.ts'
import type { Tx } from '../store/store.ts'
import { type Fault, fault } from '../values/fault.ts'
import { derivedId } from '../values/id.ts'
import type { Attempt } from './attempt.ts'
import { costSoFar } from './card.ts'
import type { AttemptEnd } from './ending.ts'

/** A doer no longer takes what the plan gives it: the task is held until the operator has mended one of them. */
export function staleInput(attempt: Attempt, doer: string, why: string): Promise<AttemptEnd> {
  return holdStale(attempt, fault('plan.stale', { task: attempt.task.name, doer, why }))
}

/** Holds the task on a fault that only the operator can clear. Approving tries again, rejecting ends it with the fault. */
export async function holdStale(attempt: Attempt, why: Fault): Promise<AttemptEnd> {
  const { kernel, task } = attempt
  const gate = derivedId('gat', task.id, 'stale', why.code, why.message)
  const state = await kernel.store.write((tx) => kernel.gates.stateOf(tx, gate))
  if (state !== undefined && state !== 'open') return { kind: 'fault', fault: why }
  return { kind: 'held', gate, also: async (tx) => kernel.gates.open(tx, await staleGate(tx, attempt, gate, why)) }
}

async function staleGate(tx: Tx, attempt: Attempt, gate: NewGate['id'], why: Fault): Promise<NewGate> {
  return {
    id: gate,
    run: attempt.run.id,
    task: attempt.task.id,
    subject: attempt.task.subject,
    origin: 'system',
    covers: [],
    card: {
      ask: `${why.message} Mend it, then approve to try once more.`,
      reason: 'stale',
      kind: 'confirm',
      content: null,
      actions: [],
      sources: [],
      costSoFar: await costSoFar(tx, attempt.run.id),
      dueAt: null,
      otherwise: 'wait',
      fault: why,
    },
  }
}
