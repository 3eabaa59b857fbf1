import type { Json } from '../values/json.ts'
import type { PlannedCondition } from './plan.ts'
import type { Ref } from './ref.ts'

/** What `flow.when` asks: data about one ref, so that a plan can be stored, drawn and checked. */
export interface Condition {
  readonly of: Ref<unknown>
  readonly condition: PlannedCondition
}

/** True when the value is there and not null. */
export function present(of: Ref<unknown>): Condition {
  return { of, condition: { is: 'present' } }
}

/** True when the value is `true`. */
export function isTrue(of: Ref<boolean | null | undefined>): Condition {
  return { of, condition: { is: 'true' } }
}

/** True when the value is this one, compared as JSON. */
export function equals<T extends Json | undefined>(of: Ref<T>, to: NoInfer<T> & Json): Condition {
  return { of, condition: { is: 'equal', to } }
}

/** True when the number is greater; a missing one is not. */
export function over(of: Ref<number | null | undefined>, to: number): Condition {
  return { of, condition: { is: 'over', to } }
}

/** True when the number is smaller; a missing one is not. */
export function under(of: Ref<number | null | undefined>, to: number): Condition {
  return { of, condition: { is: 'under', to } }
}

/** True when the other is not. */
export function not(condition: Condition): Condition {
  return { of: condition.of, condition: { is: 'not', what: condition.condition } }
}
