import type { AnyAction } from '../adapters/port.ts'
import type { Agent } from '../agents/agent.ts'
import type { RetryPolicy } from '../queue/retry.ts'
import type { Approved } from '../values/approved.ts'
import type { AnyDoer, Budgeted, Doer } from '../values/doer.ts'
import type { Schema } from '../values/schema.ts'
import type { CalendarDays, Duration, Instant } from '../values/time.ts'
import type { Condition } from './condition.ts'
import type { Plan } from './plan.ts'
import type { Receivable } from './receive.ts'
import type { Ref, Wiring } from './ref.ts'

/**
 * What an author draws a plan with. Passing one task's output to another draws the edge. Names are unique in the plan, bodies
 * included, and permanent: small letters, digits and hyphens. Each method throws a Refusal for a name that is taken
 * (`plan.duplicate-name`) or malformed (`plan.bad-name`), and for an input that cannot be in a plan (`plan.bad-wire`).
 */
export interface Flow {
  /** One piece of work by an agent, an action or a function. */
  task<I, O>(name: string, doer: Doer<I, O>, inputs: Wiring<NoInfer<I>>, options?: TaskOptions): Ref<O>
  /** Holds `subject` until the operator decides; what comes out is what they approved, after their edits. */
  gate<T>(name: string, subject: Ref<T>, options: GateOptions): Ref<Approved<T>>
  /** Waits for something from outside, for a while: what comes in by a webhook with the same `match`, before or after it began to wait. */
  wait<T, O extends 'fail' | 'nothing' = 'fail'>(
    name: string,
    what: Receivable<T>,
    options: WaitOptions<O>,
  ): Ref<O extends 'nothing' ? T | null : T>
  /** The same tasks for each item of a list. `body` is called once, with an inert item. */
  each<T, O>(
    name: string,
    items: Ref<readonly T[]>,
    options: EachOptions,
    body: (item: Ref<T>) => Ref<O>,
  ): Ref<readonly O[]>
  /** Tasks that are skipped, with all that needs them, unless the condition holds. */
  when<O>(name: string, condition: Condition, body: () => Ref<O>): Ref<O | undefined>
  /** A planner agent writes a plan for the goal; it is checked and estimated like any other, then grafted in. */
  plan<O>(name: string, goal: Ref<string> | string, options: PlanOptions<O>): Ref<O>
}

/** What a task may be told beside its inputs. */
export interface TaskOptions {
  /** For all attempts of this task together. */
  readonly budget?: Budgeted
  /**
   * Waits this long after the last task that it needs; only the deadline counts it. `calendarDays(2)` keeps the time of day in
   * the operator's time zone.
   */
  readonly delay?: Duration | CalendarDays
  /** Not before this instant, or the ISO text of one. */
  readonly at?: Ref<string> | Ref<Instant> | Instant
  /** Higher goes first within its lane. Default 0. */
  readonly priority?: number
  /** Tasks with the same key share the limits that the config sets for it. */
  readonly key?: string
  /** Default: what the queue does for everyone. */
  readonly retry?: RetryPolicy
}

/** What the operator is asked at a gate, what the answer covers, and what happens when nobody answers. */
export interface GateOptions {
  /** What the operator is asked, as a sentence. */
  readonly ask: string
  /** `batch`: may be approved with others at once; `confirm` (the default): one at a time. */
  readonly kind?: 'batch' | 'confirm'
  /** The actions that the approval is for. */
  readonly covers?: readonly AnyAction[]
  /** How long it waits for an answer; without it, for ever. */
  readonly within?: Duration
  /** What happens when nobody answers in time; never approval. Default: `reject`. */
  readonly otherwise?: 'reject' | 'wait'
}

/** What a task that waits is known by, for how long it waits, and what happens when nothing comes. */
export interface WaitOptions<O extends 'fail' | 'nothing' = 'fail' | 'nothing'> {
  /** What the sender names too: an invoice's id. */
  readonly match: Ref<string> | string
  /** From when the task begins to wait. */
  readonly within: Duration
  /** When nothing comes in time: the task fails, or gives `null`. Default: `fail`. */
  readonly otherwise?: O
}

/** How far a list may go, and what happens when an item fails. */
export interface EachOptions {
  /** Most items; more are a fault (`task.too-many-items`). */
  readonly max: number
  /** Whether one failed item fails all. Default: `stop`. */
  readonly onFailure?: 'stop' | 'continue'
}

/** What a planner agent is given: the goal, and the doers it may use with the form of its answer, as a text for its prompt. */
export interface PlannerInput {
  readonly goal: string
  readonly doers: string
}

/** Who plans, with what, and what the plan must give. */
export interface PlanOptions<O> {
  /** The agent that writes the plan (its output is a plan, see `planSchema`), or its name. */
  readonly planner: Agent<PlannerInput, Plan> | string
  /** All that its plan may use. */
  readonly allow: readonly AnyDoer[]
  /** What its plan must give. */
  readonly produces: Schema<O>
  /** For the planner and all that its plan does. */
  readonly budget?: Budgeted
}
