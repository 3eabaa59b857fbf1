import type { ReleaseId, ReplayId, TrialId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'

/** What becomes of new versions of agents. */
export interface TrialEvents {
  /** `share`: percents of new runs (canary). `limit`: what its own runs may cost (shadow). */
  'trial.started': TrialTerms & {
    kind: 'canary' | 'shadow'
    baseline: string
    baselineVersion: number
    share: number | null
    limit: Usd | null
    why: string
  }
  /** `because`: in what it is better; empty where it is only not worse. */
  'trial.proposed': TrialTerms & { because: readonly string[]; runs: number }
  /** `because`: in what it was worse, when the system withdrew it. `before`: the event that had brought it where it stood. */
  'trial.ended': TrialTerms & {
    state: 'promoted' | 'withdrawn' | 'stopped' | 'inconclusive'
    by: 'operator' | 'system'
    because: readonly string[]
    runs: number
    before?: number
    /** Which release ended it. */
    release?: ReleaseId
  }
  /** `because`, `runs`: of the proposal that stands again. */
  'trial.resumed': TrialTerms & { state: 'running' | 'proposed'; because: readonly string[]; runs: number }
  /** `skipped`: tasks whose inputs were forgotten or cannot be read. */
  'replay.started': {
    replay: ReplayId
    agent: string
    hash: string
    version: number
    tasks: number
    skipped: number
    limit: Usd
    live: boolean
  }
  /** A released version differs from its own past. `because`: in what. */
  'agent.drifting': { agent: string; hash: string; version: number; because: readonly string[]; runs: number }
}

/** A trial, and the version that is tried. */
export interface TrialTerms {
  readonly trial: TrialId
  readonly agent: string
  readonly hash: string
  readonly version: number
}
