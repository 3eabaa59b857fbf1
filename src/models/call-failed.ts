import { type Fault, Refusal } from '../values/fault.ts'
import type { Duration } from '../values/time.ts'
import type { Failure } from './breaker.ts'

/** What a failed call says besides its fault: of the account, of the model, and of the bill. */
export interface Verdict {
  /** What the breaker of the account is told; left out where it says nothing of the account: a request that it will not do. */
  readonly failure?: Failure
  readonly retryAfter?: Duration
  /** `nothing`: the provider itself said no, or was never reached. `unknown`: it may have worked, and may want to be paid. */
  readonly owed: 'nothing' | 'unknown'
  /** True where another model of the same account would fare no better. */
  readonly ofAccount: boolean
}

/** A call to a model that gave no answer. */
export class CallFailed extends Refusal {
  readonly verdict: Verdict

  constructor(refused: Fault, verdict: Verdict) {
    super(refused)
    this.verdict = verdict
  }
}

/** What a failed call says; of one that was stopped from outside, nobody knows more than that it may be owed. */
export function verdictOf(caught: unknown): Verdict {
  return caught instanceof CallFailed ? caught.verdict : { owed: 'unknown', ofAccount: false }
}
