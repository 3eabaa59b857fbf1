import { demandKeys, type Keys } from '../values/demand-keys.ts'
import { demandBudgetKeys } from '../values/doer.ts'
import type { EachOptions, GateOptions, PlanOptions, TaskOptions, WaitOptions } from './flow.ts'

/** All that a task of a kind may be told. */
interface OptionsOf {
  readonly task: TaskOptions
  readonly gate: GateOptions
  readonly wait: WaitOptions
  readonly each: EachOptions
  readonly plan: PlanOptions<unknown>
}

/** Refuses options that mean nothing. Fault (thrown): `config.unknown-key`. */
export function demandOptions<K extends keyof OptionsOf>(kind: K, name: string, options: OptionsOf[K]): void {
  demandKeys<OptionsOf[K]>(`Task "${name}"`, options, keys[kind])
  if ('budget' in options && options.budget) demandBudgetKeys(`The budget of task "${name}"`, options.budget)
}

const keys: { readonly [K in keyof OptionsOf]: Keys<OptionsOf[K]> } = {
  task: { budget: true, delay: true, at: true, priority: true, key: true, retry: true },
  gate: { ask: true, kind: true, covers: true, within: true, otherwise: true },
  wait: { match: true, within: true, otherwise: true },
  each: { max: true, onFailure: true },
  plan: { planner: true, allow: true, produces: true, budget: true },
}
