import type { Fault } from '../values/fault.ts'
import { canonical, type Json } from '../values/json.ts'
import { type Ancestor, checkCircles, checkNames, checkSources } from './check-graph.ts'
import { checkBudget, checkDowngrades, checkLimits, type PlanLimits, usualLimits } from './check-limits.ts'
import { checkControl, checkGates } from './check-risk.ts'
import { checkRoles } from './check-roles.ts'
import { checkDoers, checkInputs, checkProduces } from './check-wires.ts'
import type { Doers, Plan } from './plan.ts'
import { scene } from './scene.ts'
import type { TaintSources } from './taint.ts'

export interface CheckContext {
  readonly limits?: Partial<PlanLimits>
  /** Where the run's input and the plan itself come from. */
  readonly sources?: TaintSources
  /** For a grafted plan: the plans around it, outermost first, and what its output must fit (JSON Schema). */
  readonly ancestors?: readonly Ancestor[]
  readonly produces?: Json
  /** For a grafted plan: the only doers that it may name. */
  readonly allow?: readonly string[]
}

/**
 * All that is wrong with a plan, each thing once; an empty list means that it may run. Reads nothing but what it is given.
 * Codes: `plan.duplicate-name`, `bad-name`, `cycle`, `unknown-source`, `unknown-doer`, `missing-input`, `extra-input`,
 * `wrong-type`, `bad-limit`, `over-budget`, `ungated`, `external-control`, and `role.nobody`.
 */
export function check(plan: Plan, doers: Doers, context: CheckContext = {}): Fault[] {
  const laid = scene(plan, doers)
  const ancestors = context.ancestors ?? []
  const faults = [
    ...checkNames(laid),
    ...checkCircles(laid, ancestors),
    ...checkSources(laid, ancestors),
    ...checkDoers(laid, context.allow),
    ...checkRoles(laid),
    ...checkInputs(laid),
    ...(context.produces === undefined ? [] : checkProduces(laid, context.produces)),
    ...checkLimits(laid, { ...usualLimits, ...context.limits }, ancestors.length),
    ...checkBudget(plan, laid),
    ...checkDowngrades(plan, laid),
    ...checkGates(laid),
    ...checkControl(laid, context.sources ?? {}),
  ]
  return [...new Map(faults.map((one) => [canonical([one.code, one.about]), one])).values()]
}
