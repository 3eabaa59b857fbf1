import type { ReservationId, TaskId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'

/** Turns of models that were sent to wait in a provider's batch. */
export interface BatchTables {
  batches: BatchRow
}

interface BatchRow {
  /** What the provider knows the request by: the same for the same turn, whoever sends it. */
  id: string
  task_id: TaskId
  round: number
  step: string
  model: string
  /** The provider's id of the batch, once it has answered. */
  batch: string | null
  /** `null` for a model that is free. */
  reservation_id: ReservationId | null
  state: BatchState
  intended_at: Instant
  ended_at: Instant | null
}

/** `intended`: nobody knows whether the provider has it. `unreadable`: paid for, and no answer. */
export type BatchState = 'intended' | 'sent' | 'answered' | 'expired' | 'refused' | 'cancelled' | 'unreadable'
