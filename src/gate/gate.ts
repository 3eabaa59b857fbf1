import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Card } from '../telemetry/card.ts'
import type { GateId, IdentityId, RunId, TaskId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'

/** A gate's state. Every end but `expired` has a decision of the operator beside it, as a row. */
export type GateState = Row<'gates'>['state']

/** What can happen to a gate. */
export type GateEvent = Exclude<GateState, 'open'>

/** What the operator says. `edited` replaces the content; `returned` sends the work back with a comment that reaches the agent. */
export type Verdict =
  | { readonly verdict: 'approved' }
  | { readonly verdict: 'edited'; readonly content: Json }
  | { readonly verdict: 'returned'; readonly comment: string }
  | { readonly verdict: 'rejected'; readonly reason: string }

export interface NewGate {
  readonly id: GateId
  readonly run: RunId
  readonly task: TaskId
  readonly subject: IdentityId
  readonly card: Card
  /** The actions that an approval allows; each is named on the card (`card.actions`). */
  readonly covers: readonly string[]
  /** The worst origin of the card's content. */
  readonly origin: Origin
}

/** An answered gate with what it approved. */
export interface Approval {
  readonly gate: GateId
  readonly covers: readonly string[]
  /** Hash of the approved content, after edits. */
  readonly content: string
  readonly audience: IdentityId | null
  readonly maxRecipients: number | null
  /** When the card was shown: who was in the audience then is who was approved. */
  readonly shownAt: Instant
  readonly at: Instant
}

/** Checkpoints. A gate is opened once (its id is derived), answered once (`gate.decided`), and journalled. */
export interface Gates {
  /** Opening a gate that exists already changes nothing. */
  open(tx: Tx, gate: NewGate): Promise<void>
  /**
   * Answers a gate whose opening is committed. Faults: `input.unknown`, `gate.decided`, `gate.expired` (its time is over,
   * swept or not), `gate.cannot-edit`, `gate.cannot-return`, `vault.forgotten`. Gives the row as it was when open.
   */
  decide(tx: Tx, gate: GateId, verdict: Verdict): Promise<Row<'gates'>>
  /**
   * Answers many gates of the kind `batch` alike, all or none; at most `maxBatchOfGates`. Faults: those of `decide`,
   * `gate.one-by-one`, `input.too-large`. Gives the rows as they were when open.
   */
  decideBatch(tx: Tx, gates: readonly GateId[], verdict: Verdict): Promise<Row<'gates'>[]>
  /**
   * Ends open gates whose time is over and whose `otherwise` is `reject`; gives their rows. At most `maxBatchOfGates` at
   * once: `nextDue` then still lies in the past.
   */
  expire(tx: Tx): Promise<Row<'gates'>[]>
  /** When the next gate will have to be ended. */
  nextDue(): Promise<Instant | undefined>
  /** The state of a gate, or undefined when it was never opened. */
  stateOf(tx: Tx, gate: GateId): Promise<GateState | undefined>
  /** Approvals (approved or edited) of a run that cover this action, of exactly this content (its hash) if one is named. */
  approvals(tx: Tx, run: RunId, action: string, content?: string): Promise<Approval[]>
  /** The last approved content of the same workflow task name, for the difference on the card; looks at the last 50 runs. */
  lastApproved(
    workflow: string,
    taskName: string,
  ): Promise<{ readonly seq: number; readonly content: Json } | undefined>
}

/** Most gates of one transaction: a desk's worth of decisions, some 20 ms. */
export const maxBatchOfGates = 200
