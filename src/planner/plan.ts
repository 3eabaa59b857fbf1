import type { RoleSpec } from '../agents/agent.ts'
import type { WhenSpent } from '../values/doer.ts'
import type { Json } from '../values/json.ts'
import type { Usd } from '../values/money.ts'
import type { Risk } from '../values/risk.ts'
import type { CalendarDays, Duration, Instant } from '../values/time.ts'
import type { PlannedRole } from './role.ts'

/** Where an input comes from: a part of another task's output, of the run's input (`$input`), of the item (`$item`), or a literal. */
export type Wire = { readonly from: string; readonly path: readonly string[] } | { readonly value: Json }

/** The names that `from` knows beside the tasks of the plan. */
export const runInput = '$input'
export const eachItem = '$item'

/** The graph of tasks as data. Its content hash is its identity. An author's workflow and a planner agent write the same. */
export interface Plan {
  readonly version: 1
  readonly name: string
  /** JSON Schema of the run's input. */
  readonly input: Json
  readonly lane: 'interactive' | 'background'
  readonly subject: Wire | null
  readonly budget: PlannedBudget | null
  readonly deadline: Duration | null
  readonly tasks: readonly PlannedTask[]
  readonly output: Wire
}

export interface PlannedBudget {
  readonly cost: Usd | null
  readonly time: Duration | null
  readonly whenSpent: WhenSpent
}

interface Common {
  readonly name: string
  readonly inputs: Readonly<Record<string, Wire>>
  /** Every task that must end before: those of the wires, and the `when` that guards it. */
  readonly needs: readonly string[]
  /** The `when` tasks that must be taken. */
  readonly guards: readonly string[]
  readonly budget: PlannedBudget | null
  readonly delay: Duration | CalendarDays | null
  readonly at: Wire | Instant | null
  readonly priority: number
  readonly key: string | null
  readonly retry: {
    readonly attempts: number
    readonly first: Duration
    readonly factor: number
    readonly most: Duration
  } | null
}

export type PlannedTask = Common &
  /** `role` where it is found out who does it when the task is claimed; `doer` is then the role's name. */
  (
    | { readonly kind: 'agent'; readonly doer: string; readonly role?: PlannedRole }
    | { readonly kind: 'action'; readonly doer: string }
    | { readonly kind: 'function'; readonly doer: string }
    | ({ readonly kind: 'wait' } & PlannedWait)
    | ({ readonly kind: 'gate' } & PlannedGate)
    | { readonly kind: 'when'; readonly condition: PlannedCondition }
    | ({ readonly kind: 'each' } & PlannedEach)
    | ({ readonly kind: 'plan' } & PlannedSubPlan)
  )

/** `inputs.match` is what it is known by. */
export interface PlannedWait {
  /** What it waits for. */
  readonly doer: string
  readonly within: Duration
  readonly otherwise: 'fail' | 'nothing'
}

/** `inputs.subject` is what is decided on. */
export interface PlannedGate {
  readonly ask: string
  readonly gate: 'batch' | 'confirm'
  readonly covers: readonly string[]
  readonly within: Duration | null
  readonly otherwise: 'reject' | 'wait'
}

/** A condition is data about a wire (`inputs.of`): compared with a literal, or just true. */
export type PlannedCondition =
  | { readonly is: 'true' | 'present' }
  | { readonly is: 'equal' | 'over' | 'under'; readonly to: Json }
  | { readonly is: 'not'; readonly what: PlannedCondition }

/** `inputs.items` is the list. The body's tasks are a small plan of their own whose wires may name `$item` and the tasks around. */
export interface PlannedEach {
  readonly max: number
  readonly onFailure: 'stop' | 'continue'
  readonly body: readonly PlannedTask[]
  readonly result: Wire
}

/** `inputs.goal` is the goal. The planner agent may use only the doers in `allow`; its plan's output must fit `produces`. */
export interface PlannedSubPlan {
  readonly planner: string
  readonly allow: readonly string[]
  readonly produces: Json
}

/** What the checker and the estimate must know of a doer: how the plan's names become something that runs. */
export interface DoerFacts {
  readonly kind: 'agent' | 'action' | 'function' | 'wait'
  readonly name: string
  /** What it does, in a sentence: planner agents choose by it. */
  readonly does?: string
  /** JSON Schemas. */
  readonly input: Json
  readonly output: Json
  readonly risk: Risk
  readonly effect: 'none' | 'reversible' | 'irreversible'
  /** Input fields that are what is sent; empty: all. */
  readonly content: readonly string[]
  readonly origin: 'operator' | 'system' | 'external'
  /** Worst case of one attempt, when the doer knows it. */
  readonly budget: PlannedBudget | null
  /** For an agent: the actions that it may use as tools. */
  readonly tools: readonly string[]
  /** For an agent: what it may be taken for where a task names a role. */
  readonly role?: RoleSpec
  /** True of an agent for which no model of a lower tier may answer. */
  readonly keepsTier?: boolean
  /** True when it names a recipient or an amount: external text must not choose those. */
  readonly recipientFields: boolean
}

/** Every doer that a plan may name, by name. */
export type Doers = ReadonlyMap<string, DoerFacts>
