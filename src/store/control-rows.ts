import type { Tier } from '../values/doer.ts'
import type { ControlId, RunId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Instant } from '../values/time.ts'
import type { Seq } from './tables.ts'

/** What the operator said at run time. Why stands in the event `set_seq`. */
export interface ControlRow {
  id: ControlId
  scope: string
  kind: 'throttle' | 'window' | 'downgrade' | 'stop'
  runs: number | null
  usd: Usd | null
  hours: string | null
  tier: Tier | null
  lanes: 'background' | 'all'
  by: 'operator' | 'system'
  set_seq: Seq
  set_at: Instant
  until_at: Instant | null
  lifted_seq: Seq | null
  lifted_at: Instant | null
}

/** A run that was started under a throttle: when it may begin, and when it did. */
export interface AdmissionRow {
  run_id: RunId
  workflow: string
  due_at: Instant
  begun_at: Instant | null
}

export interface ControlTables {
  controls: ControlRow
  admissions: AdmissionRow
}
