import type { Instant } from '../values/time.ts'
import type { Seq } from './tables.ts'

/** What automations take and need. `about` is `workflow:NAME` or `agent:NAME`, `month` reads `2026-03` in the operator's time zone. */
export interface UpkeepTables {
  upkeep_minutes: UpkeepMinutesRow
  upkeep_reviews: { about: string; at: Instant; seq: Seq }
  upkeep_pauses: { seq: Seq; about: string; at: Instant; ended_seq: Seq | null }
  upkeep_tally: UpkeepTallyRow
  upkeep_seen: UpkeepSeenRow
}

/** The operator's time in a month, and what it was spent on. */
export interface UpkeepMinutesRow {
  month: string
  about: string
  spent_ms: number
  decided: number
  edited: number
  /** Of each edited text the share that is new, summed. */
  changed: number
  /** Rejected, or sent back. */
  refused: number
  /** Failures that were looked at: retried, cancelled, undone. */
  mended: number
  /** The last time. */
  at: Instant
}

/** What happened in a month. Runs of an agent are its tasks. `cost` in micro-dollars, below 0 where only a late bill was corrected. */
export interface UpkeepTallyRow {
  month: string
  about: string
  runs: number
  failures: number
  cost: number
}

export interface UpkeepSeenRow {
  about: string
  first_at: Instant
  last_at: Instant
  /** The last failure, and the last time that it was told to work otherwise than before. */
  failed_at: Instant | null
  drifted_at: Instant | null
}
