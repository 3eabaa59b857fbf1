import type { Usd } from '../values/money.ts'

/** What became of evals. */
export interface EvalEvents {
  /** What an eval of one version came to. */
  'eval.done': EvalOutcome
}

export interface EvalOutcome {
  readonly eval: string
  readonly evalHash: string
  readonly agent: string
  readonly hash: string
  readonly version: number
  readonly verdict: 'passed' | 'failed'
  /** Which part of the rule was not met; empty where it passed. */
  readonly missed: readonly string[]
  readonly score: number
  readonly cost: Usd
  readonly answers: 'models' | 'recorded'
  readonly cases: readonly CaseOutcome[]
}

/** What one case came to. */
export interface CaseOutcome {
  readonly name: string
  readonly kind: string | null
  /** The mean of its scorers; 0 where there is no answer. */
  readonly score: number
  /** Why there is no answer of this version; `null` where there is one. */
  readonly why: string | null
  readonly scores: readonly Scored[]
}

/** What one scorer says of one answer, between 0 and 1. */
export interface Scored {
  readonly scorer: string
  readonly score: number
  readonly reason: string
}
