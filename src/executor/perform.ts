import { faultIn, Refusal } from '../values/fault.ts'
import { type Attempt, readSteps } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { haltedEnd, haltOf } from './halt.ts'

/** What an attempt does between its claim and its end. Benchmarks put in the least that there can be. */
export type Perform = (attempt: Attempt) => Promise<AttemptEnd>

/** How the attempt ended. What it throws as a fault is its end; anything else is a programmer's error and crashes. */
export async function endOf(perform: Perform, attempt: Attempt): Promise<AttemptEnd> {
  try {
    const end = await perform({ ...attempt, steps: await readSteps(attempt.kernel, attempt.task) })
    const halt = haltOf(attempt.signal)
    if (halt) return haltedEnd(halt, end)
    // Whatever the call in flight said when it was stopped, why it was stopped is the reason.
    return end.kind === 'fault' && attempt.signal.aborted ? { ...end, fault: faultIn(attempt.signal.reason) } : end
  } catch (caught) {
    if (!(caught instanceof Refusal)) throw caught
    const halt = haltOf(attempt.signal)
    return halt ? haltedEnd(halt, { kind: 'fault', fault: caught.fault }) : { kind: 'fault', fault: caught.fault }
  }
}
