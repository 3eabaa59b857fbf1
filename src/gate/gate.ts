import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Card } from '../telemetry/card.ts'
import type { GateId, IdentityId, RunId, TaskId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Duration, Instant } from '../values/time.ts'

/** A gate's state. Every end but `expired` has a decision of the operator beside it, as a row. */
export type GateState = Row<'gates'>['state']

/** What can happen to a gate. */
export type GateEvent = 'approved' | 'edited' | 'returned' | 'rejected' | 'expired'

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
  readonly covers: readonly string[]
  /** Hash of all that the approval binds beside the content: the actions, the audience. */
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
  readonly at: Instant
}

/** Checkpoints. A gate is opened once (its id is derived), answered once (`gate.decided`), and journalled. */
export interface Gates {
  /** Opening a gate that exists already changes nothing. */
  open(tx: Tx, gate: NewGate): Promise<void>
  /** Faults: `input.unknown`, `gate.decided`, `gate.cannot-edit`. Gives the row as it was when open. */
  decide(tx: Tx, gate: GateId, verdict: Verdict): Promise<Row<'gates'>>
  /** Ends open gates whose time is over and whose `otherwise` is `reject`; gives their rows. */
  expire(tx: Tx): Promise<Row<'gates'>[]>
  nextDue(): Promise<Instant | undefined>
  /** The state of a gate, or undefined when it was never opened. */
  stateOf(tx: Tx, gate: GateId): Promise<GateState | undefined>
  /** Approvals (approved or edited) of a run that cover this action. */
  approvals(tx: Tx, run: RunId, action: string): Promise<Approval[]>
  /** The last approved content of the same workflow task name, for the difference on the card. */
  lastApproved(
    workflow: string,
    taskName: string,
  ): Promise<{ readonly seq: number; readonly content: Json } | undefined>
}

export interface NewGrant {
  readonly action: string
  readonly subject?: IdentityId
  readonly payee?: string
  readonly maxAmount?: number
  readonly maxUses: number
  readonly lasts: Duration
  readonly externalOk: boolean
  readonly why: string
}
