import type { DeliveryId, IdentityId, ReceiptId, RunId, SubscriptionId, TaskId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import type { Seq } from './tables.ts'

export interface ReceiptRow {
  id: ReceiptId
  source: string
  /** The sender's name of the event, or the hash of its body. */
  event: string
  subject: IdentityId
  state: 'unmatched' | 'started' | 'kept' | 'answered' | 'failed'
  run_id: RunId | null
  task_id: TaskId | null
  name: string | null
  /** Hash of what it is about. */
  match: string | null
  received_seq: Seq
  /** What became of it; of what is kept or answered, the event that holds the data. */
  outcome_seq: Seq
  received_at: Instant
}

export interface WaitRow {
  task_id: TaskId
  round: number
  name: string
  match: string
  state: 'open' | 'answered' | 'over'
  due_at: Instant
  opened_seq: Seq
  receipt_id: ReceiptId | null
}

export interface SubscriptionRow {
  id: SubscriptionId
  url: string
  secret: string
  /** JSON text: the kinds of events. */
  kinds: string
  payload: 'ids' | 'full'
  state: 'live' | 'stopped' | 'removed'
  /** The last event that needs nothing more. */
  cursor_seq: Seq
  added_seq: Seq
  state_seq: Seq
}

export interface DeliveryRow {
  id: DeliveryId
  subscription_id: SubscriptionId
  seq: Seq
  state: 'due' | 'done' | 'dead'
  attempts: number
  due_at: Instant | null
  outcome_seq: Seq
}
