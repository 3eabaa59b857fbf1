import type { Tx } from '../store/store.ts'
import type { Outcome } from '../telemetry/event.ts'
import type { Fault } from '../values/fault.ts'
import type { GateId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'

/**
 * How an attempt ends, before the retry policy has had its say: `fault` is judged by it. `also` and `follows` run in the
 * transaction that ends the task, so that an outcome and what follows from it are one. `also` of a `done` or a `fault` is what was
 * learned of the outside world: it is committed even when the attempt was overtaken. `follows` needs the attempt's fence.
 * `decided` is an end that only that transaction can tell: nobody comes in between what it reads and what it ends.
 */
export type AttemptEnd =
  | {
      readonly kind: 'done'
      readonly outcome: Outcome
      readonly origin: Origin
      readonly also?: Also
      readonly follows?: Also
    }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly also?: Also }
  | { readonly kind: 'postponed'; readonly fault: Fault; readonly until: Instant }
  | {
      readonly kind: 'held'
      readonly gate: GateId
      readonly also?: Also
      /** Set where other tasks wait at this gate too: it may be answered before this one gets there. */
      readonly shared?: true
      readonly made?: Made
    }
  | { readonly kind: 'spread'; readonly also?: Also; readonly made?: Made }
  | { readonly kind: 'decided'; readonly decide: (tx: Tx) => Promise<Exclude<AttemptEnd, { kind: 'decided' }>> }

export type Also = (tx: Tx) => Promise<void>

/** What an agent has made by the end of an attempt, where its task is not done with that: a plan, which is put to the operator or grafted. */
export type Made = Pick<Outcome, 'cost' | 'repairs' | 'madeBy'>

/** What became of one action within an attempt. */
export type Performed =
  | {
      readonly kind: 'done'
      readonly output: Json
      readonly origin: Origin
      /** Events that it was taken from, besides those of what was asked. */
      readonly sources?: readonly number[]
      readonly also?: Also
    }
  | Exclude<AttemptEnd, { kind: 'done' | 'spread' | 'decided' }>
