import { demandKeys, type Keys } from './demand-keys.ts'
import type { Usd } from './money.ts'
import type { Schema } from './schema.ts'
import type { Duration } from './time.ts'

/** Whoever can do a task: typed input and output, and a permanent name. Invariant in both, so that wires cannot be bent. */
export interface Doer<in out I, in out O> {
  readonly kind: 'agent' | 'action' | 'function' | 'wait' | 'role'
  readonly name: string
  readonly input: Schema<I>
  readonly output: Schema<O>
}

// biome-ignore lint/suspicious/noExplicitAny: a doer of any input and output; `Doer` is invariant in both on purpose
export type AnyDoer = Doer<any, any>

/** What may be spent on a piece of work: money and working time. */
export interface Budgeted {
  readonly cost?: Usd
  readonly time?: Duration
  /** Default: `ask`. */
  readonly whenSpent?: WhenSpent
}

/** Fault (thrown): `config.unknown-key`. */
export function demandBudgetKeys(what: string, budget: Budgeted): void {
  demandKeys(what, budget, budgetKeys)
}

const budgetKeys: Keys<Budgeted> = { cost: true, time: true, whenSpent: true }

/**
 * What happens when a step cannot be paid: the operator is asked for more; the task fails; a model of a lower tier does the step; or the
 * task waits for the next month of the purse that was short. Where there is no cheaper model, or no next month, the operator is asked.
 */
export type WhenSpent = 'ask' | 'stop' | 'downgrade' | 'defer'

/** The tiers of models, best first. */
export type Tier = 'quality' | 'standard' | 'cheap'
