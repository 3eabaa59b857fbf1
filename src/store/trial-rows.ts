import type { ReplayId, RunId, TaskId, TrialId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import type { Seq } from './tables.ts'

/** The tables of versions at trial. */
export interface TrialTables {
  trials: TrialRow
  trial_observations: ObservationRow
  replays: { id: ReplayId; agent: string; hash: string; seq: Seq; made_at: Instant }
  repeats: { run_id: RunId; cause: TrialId | ReplayId; task_id: TaskId; live: 0 | 1 }
}

export interface TrialRow {
  id: TrialId
  agent: string
  kind: 'canary' | 'shadow'
  /** The version at trial, and the one that it is compared with. */
  hash: string
  baseline: string
  /** Percents of new runs that it began with; `null` for a shadow. */
  share: number | null
  since: Instant
  seq: Seq
  state: 'running' | 'proposed' | 'promoted' | 'withdrawn' | 'stopped' | 'inconclusive'
  /** Who brought it into its state, and the event that says so. */
  by: 'operator' | 'system'
  state_seq: Seq
  ended_at: Instant | null
}

export interface ObservationRow {
  trial_id: TrialId
  run_id: RunId
  measure: 'failure' | 'repair' | 'rejection' | 'edit' | 'cost' | 'latency'
  arm: 'trial' | 'base'
  value: number
  task_id: TaskId
  seq: Seq
}
