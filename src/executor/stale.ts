import { type Fault, fault } from '../values/fault.ts'
import { derivedId, isRepeat } from '../values/id.ts'
import type { Attempt } from './attempt.ts'
import { putQuestion, type Question } from './card.ts'
import type { Performed } from './ending.ts'
import { standingGate } from './standing-gate.ts'

type Held = Exclude<Performed, { kind: 'done' }>

/** A doer no longer takes what the plan gives it: the task is held until the operator has mended one of them. */
export function staleInput(attempt: Attempt, doer: string, why: string): Promise<Held> {
  return holdStale(attempt, fault('plan.stale', { task: attempt.task.name, doer, why }))
}

/** Holds the task on a fault that only the operator can clear. Approving tries again, rejecting ends it with the fault. */
export async function holdStale(attempt: Attempt, why: Fault): Promise<Held> {
  const { kernel, run, task } = attempt
  // Of what only repeats another run nothing is to be mended: that it could not be done is what was to be found out.
  if (isRepeat(run.id)) return { kind: 'fault', fault: why }
  const first = derivedId('gat', task.id, 'stale', why.code, why.message)
  const { gate, state } = await kernel.store.write((tx) => standingGate(tx, attempt, first, 'nothing'))
  if (state !== undefined && state !== 'open') return { kind: 'fault', fault: why }
  const question: Question = {
    ask: `${why.message} Mend it, then approve to try once more.`,
    reason: 'stale',
    fault: why,
  }
  return { kind: 'held', gate, also: (tx) => putQuestion(tx, attempt, gate, question) }
}
