import type { IdentityId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'

/** The table of answers that may stand in. */
export interface LadderTables {
  /** `key` is the hash of the question; `step_seq` the event with the answer. */
  answers: { key: string; subject: IdentityId; step_seq: number; answered_at: Instant; kept_until: Instant }
}
