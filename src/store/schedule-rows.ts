import type { RunId } from '../values/id.ts'
import type { LocalTime } from '../values/local-time.ts'
import type { Instant } from '../values/time.ts'
import type { Seq } from './tables.ts'

export interface ScheduleRow {
  name: string
  source: 'config' | 'operator'
  workflow: string
  cron: string
  time_zone: string
  catch_up: 'skip' | 'once' | 'all'
  state: 'active' | 'paused' | 'removed'
  set_seq: Seq
  /** The occurrence that it waits for, or that waits for it; `null` unless active. */
  next_nominal: LocalTime | null
  next_at: Instant | null
  refused_seq: Seq | null
}

export interface OccurrenceRow {
  schedule: string
  nominal: LocalTime
  due_at: Instant
  /** Started, or else refused for good. */
  run_id: RunId | null
  refused_seq: Seq | null
}
