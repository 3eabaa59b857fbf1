import type { Fault } from '../values/fault.ts'
import type { EffectKey, IdentityId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { MadeBy } from './event.ts'

/** All that the operator needs to decide at a gate, as it was when the gate opened. */
export interface Card {
  readonly ask: string
  readonly reason: 'review' | 'policy' | 'budget' | 'doubt' | 'graft' | 'stale' | 'undo'
  readonly kind: 'batch' | 'confirm'
  /** The exact thing that would happen: the content, and which actions would be done with it. */
  readonly content: Json
  readonly actions: readonly string[]
  /** Whom it would reach. */
  readonly recipients?: {
    readonly audience?: IdentityId
    readonly name?: string
    readonly count: number
    readonly handles?: readonly string[]
  }
  readonly amount?: { readonly cost: Usd; readonly payee: string }
  readonly madeBy?: MadeBy
  /** As the agent said it, between 0 and 1; not calibrated. */
  readonly rawConfidence?: number
  /** What data it used: events, and the pointers that they name. */
  readonly sources: readonly { readonly seq: number; readonly title: string; readonly url?: string }[]
  /** The lines of memory that its makers were given. */
  readonly recalled?: readonly RecalledLine[]
  /** What of it is no longer as it was read. */
  readonly changed?: readonly ChangedSource[]
  readonly costSoFar: Usd
  readonly dueAt: Instant | null
  readonly otherwise: 'reject' | 'wait'
  /** The last approved one of its kind, to show the difference. */
  readonly before?: { readonly seq: number; readonly content: Json }
  readonly fault?: Fault
  /** The effect in doubt, and what is known of it. */
  readonly effect?: { readonly key: EffectKey; readonly action: string; readonly evidence: Json }
  /** For a budget gate: how much more, and which scope. */
  readonly more?: { readonly scope: string; readonly needed: Usd; readonly left: Usd }
}

/** A line of memory that an agent was given. */
export interface RecalledLine {
  /** The event of the step that gave it, and its mark there. */
  readonly step: number
  readonly mark: string
  /** `gate.decided 412`, `rules.md # Corrections`, `kept as theme`. */
  readonly from: string
  /** The event that it is of. */
  readonly seq?: number
  /** The version of the file of knowledge that it is of. */
  readonly hash?: string
  readonly at: Instant | null
  readonly origin: Origin
  /** At most 300 characters of it: the whole stands in the step. */
  readonly text: string
}

/** An artifact that work was made of and that is not what it was: `hash` is its content now, `null` when there is none. */
export interface ChangedSource {
  /** The event of the sighting that it no longer fits. */
  readonly seq: number
  readonly title: string
  /** Adapter and external id: `folder:library/glue.md`. */
  readonly pointer: string
  readonly what: 'changed' | 'gone' | 'unchecked'
  readonly hash: string | null
}
