import type { ColumnType, Generated } from 'kysely'
import type { EffectKey, GateId, GrantId, IdentityId, ReleaseId, ReservationId, RunId, TaskId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { BatchTables } from './batch-rows.ts'
import type { ControlTables } from './control-rows.ts'
import type { EvalTables } from './eval-rows.ts'
import type { FactRow, IdentityRow, MembershipRow, PointerRow } from './identity-rows.ts'
import type { LadderTables } from './ladder-rows.ts'
import type { MemoryTables } from './memory-rows.ts'
import type { OccurrenceRow, ScheduleRow } from './schedule-rows.ts'
import type { TrialTables } from './trial-rows.ts'
import type { UpkeepTables } from './upkeep-rows.ts'
import type { DeliveryRow, ReceiptRow, SubscriptionRow, WaitRow } from './webhook-rows.ts'

/** An event's place in the journal: 1, 2, 3 … without gaps. A `*_seq` column points to the event that carries the payload. */
export type Seq = number

/**
 * The tables as TypeScript sees them; `schema.sql` is the same as the database sees it. State tables hold the present and no
 * payloads: inputs, outputs, cards and edits live once, encrypted, in the journal, and are reached by their `seq`.
 */
export interface Tables
  extends MemoryTables,
    ControlTables,
    EvalTables,
    BatchTables,
    UpkeepTables,
    TrialTables,
    LadderTables {
  meta: { name: string; value: string }
  events: EventRow
  keys: { name: string; wrapped: Uint8Array | null; made_at: Instant; destroyed_at: Instant | null }
  secrets: { name: string; sealed: Uint8Array; set_at: Instant }
  identities: IdentityRow
  handles: { system: string; value: string; identity_id: IdentityId; source_seq: Seq }
  facts: FactRow
  memberships: MembershipRow
  /** `mark`: a keyed hash of an address (identity/suppression.ts). */
  suppressions: { audience_id: IdentityId; mark: string }
  pointers: PointerRow
  maintenance: MaintenanceRow
  /** Hashes of texts from outside that were put down where they may be read again. */
  outside_texts: { hash: string; source_seq: Seq }
  artifacts: { hash: string; kind: string; name: string; version: number; body: string; published_seq: Seq }
  pins: { run_id: RunId; kind: string; name: string; hash: string }
  releases: ReleaseRow
  release_shares: { release_id: ReleaseId; hash: string; share: number }
  withdrawals: { release_id: ReleaseId; hash: string }
  plans: { hash: string; body: string }
  runs: RunRow
  tasks: TaskRow
  needs: { task_id: TaskId; needs_id: TaskId }
  steps: { task_id: TaskId; round: number; key: string; kind: string; seq: Seq }
  effects: EffectRow
  gates: GateRow
  gate_covers: { gate_id: GateId; action: string }
  decisions: DecisionRow
  grants: GrantRow
  budgets: BudgetRow
  reservations: ReservationRow
  /** The backups that are kept. `path` is absolute; `hash` is the file's SHA-256. */
  backups: { path: string; seq: Seq; taken_at: Instant; last_seq: Seq; bytes: number; hash: string }
  rates: { key: string; window_at: Instant; count: number }
  schedules: ScheduleRow
  occurrences: OccurrenceRow
  receipts: ReceiptRow
  waits: WaitRow
  subscriptions: SubscriptionRow
  deliveries: DeliveryRow
}

interface EventRow {
  seq: ColumnType<Seq, Seq, never>
  at: Instant
  kind: string
  version: number
  subject: IdentityId
  run_id: RunId | null
  task_id: TaskId | null
  origin: Origin
  payload: Uint8Array
  mac: Uint8Array
}

export interface ReleaseRow {
  id: ReleaseId
  agent: string
  kind: 'shares' | 'code' | 'none'
  cause: 'set' | 'withdraw' | 'undo'
  undoes: ReleaseId | null
  by: 'operator' | 'system'
  made_at: Instant
  seq: Seq
}

export interface RunRow {
  id: RunId
  workflow: string
  plan_hash: string
  subject: IdentityId
  lane: 'interactive' | 'background'
  origin: Origin
  state: 'running' | 'held' | 'done' | 'failed' | 'cancelled' | 'undoing' | 'undo-held' | 'undone'
  input_seq: Seq
  output_seq: Seq | null
  started_at: Instant
  deadline_at: Instant | null
  ended_at: Instant | null
}

export interface TaskRow {
  id: TaskId
  run_id: RunId
  /** Full name in the run: `draft`, `chapters/3/write`. */
  name: string
  /** The plan that holds its definition (the run's own or a grafted one) and its name there. */
  plan_hash: string
  node: string
  kind: string
  subject: IdentityId
  /** The `each` or `plan` task that made it. */
  parent_id: TaskId | null
  item: number | null
  lane: 'interactive' | 'background'
  priority: number
  /** Tasks with one key share its concurrency and rate limits. */
  queue_key: string | null
  state: 'waiting' | 'ready' | 'claimed' | 'held' | 'done' | 'failed' | 'skipped' | 'cancelled'
  /** Unmet needs; 0 unless waiting. */
  pending: number
  due_at: Instant
  attempt: number
  round: number
  fence: number
  lease_until: Instant | null
  owner: string | null
  gate_id: GateId | null
  worked_ms: number
  /** The event with the output (done), the fault (failed), what has been expanded so far (waiting each). */
  outcome_seq: Seq | null
  ended_at: Instant | null
}

interface EffectRow {
  key: EffectKey
  run_id: RunId
  task_id: TaskId
  step: string
  action: string
  adapter: string
  idempotency: 'key' | 'find' | 'none'
  reversible: 0 | 1
  subject: IdentityId
  state: 'intended' | 'done' | 'refused' | 'unknown' | 'undone'
  /** Hash of action and input: the same key with other content is a fault. */
  content_hash: string
  fence: number
  gate_id: GateId | null
  grant_id: GrantId | null
  /** The effect that this one undoes. */
  undoes: EffectKey | null
  intended_seq: Seq
  outcome_seq: Seq | null
  intended_at: Instant
  ended_at: Instant | null
}

interface GateRow {
  id: GateId
  run_id: RunId
  task_id: TaskId
  kind: 'batch' | 'confirm'
  reason: 'review' | 'policy' | 'budget' | 'doubt' | 'graft' | 'stale' | 'undo'
  state: 'open' | 'approved' | 'edited' | 'returned' | 'rejected' | 'expired'
  subject: IdentityId
  /** Hash of what the approval binds. */
  binding: string
  audience_id: IdentityId | null
  max_recipients: number | null
  origin: Origin
  opened_seq: Seq
  opened_at: Instant
  due_at: Instant | null
  otherwise: 'reject' | 'wait'
}

interface DecisionRow {
  gate_id: GateId
  verdict: 'approved' | 'edited' | 'returned' | 'rejected' | 'expired'
  by: 'operator' | 'system'
  at: Instant
  seq: Seq
  /** Hash of the approved content, after edits. */
  content_hash: string | null
}

interface GrantRow {
  id: GrantId
  action: string
  subject: IdentityId | null
  payee: string | null
  max_amount: Usd | null
  max_uses: number
  uses: number
  external_ok: 0 | 1
  given_at: Instant
  expires_at: Instant
  withdrawn_at: Instant | null
  given_seq: Seq
}

interface BudgetRow {
  /** `company`, `workflow:NAME`, `run:ID`, `task:ID`, `agent:ID` of a task. */
  scope: string
  /** `life` or a month in the operator's time zone, `2026-03`. */
  period: string
  limit_usd: Usd | null
  spent: Usd
  reserved: Usd
}

interface ReservationRow {
  id: ReservationId
  run_id: RunId
  task_id: TaskId
  subject: IdentityId
  step: string
  fence: number
  /** JSON text: the (scope, period) pairs it holds. */
  scopes: string
  amount: Usd
  state: 'held' | 'sent' | 'settled' | 'released' | 'unconfirmed'
  actual: Usd | null
  made_at: Instant
  /** The agent that it was reserved for, and the account that is asked; older ones do not say. */
  agent: string | null
  account: string | null
}

interface MaintenanceRow {
  opened_seq: Seq
  /** `adapter:NAME`, `workflow:NAME` or `agent:NAME`. */
  about: string
  /** The code of the fault; all of it is in the event that opened it. */
  code: string
  opened_at: Instant
  closed_seq: Seq | null
  closed_at: Instant | null
}

export type Row<T extends keyof Tables> = Tables[T] extends infer R
  ? {
      [C in keyof R]: R[C] extends ColumnType<infer S, infer _I, infer _U>
        ? S
        : R[C] extends Generated<infer G>
          ? G
          : R[C]
    }
  : never
