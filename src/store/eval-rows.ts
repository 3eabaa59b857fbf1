import type { GateId, RunId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'

/** The tables of evals, and of how well the sureness of agents holds. */
export interface EvalTables {
  eval_results: EvalResultRow
  confidence_points: ConfidencePointRow
}

interface EvalResultRow {
  run_id: RunId
  agent: string
  /** The artifact that was put to it. */
  hash: string
  eval: string
  /** Of its cases, scorers and rule. */
  eval_hash: string
  verdict: 'passed' | 'failed'
  /** The mean of its cases, between 0 and 1. */
  score: number
  cost: Usd
  answers: 'models' | 'recorded'
  seq: number
}

interface ConfidencePointRow {
  gate_id: GateId
  agent: string
  hash: string
  /** As the agent said it, between 0 and 1. */
  raw: number
  outcome: 'right' | 'wrong'
  /** The event of the decision. */
  seq: number
}
