import type { PlannedCondition } from '../planner/plan.ts'
import type { Tx } from '../store/store.ts'
import { canonical, type Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import type { Attempt } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { prefixOf, taskId } from './place.ts'
import type { Inputs } from './values.ts'

/** Decides a condition. What it guards is skipped when it is not met, and so is all that needs that. */
export async function runWhen(attempt: Attempt, condition: PlannedCondition, inputs: Inputs): Promise<AttemptEnd> {
  const taken = holds(condition, inputs.value.of)
  const outcome = { output: { taken }, cost: microUsd(0), sources: inputs.sources }
  const follows = async (tx: Tx): Promise<void> => {
    if (!taken) await skipGuarded(tx, attempt)
  }
  return { kind: 'done', outcome, origin: inputs.origin, follows }
}

/** Whether a condition holds of a value. A missing value is only ever `not`. */
function holds(condition: PlannedCondition, of: Json | undefined): boolean {
  switch (condition.is) {
    case 'present':
      return of !== undefined && of !== null
    case 'true':
      return of === true
    case 'equal':
      return of !== undefined && canonical(of) === canonical(condition.to)
    case 'over':
      return typeof of === 'number' && typeof condition.to === 'number' && of > condition.to
    case 'under':
      return typeof of === 'number' && typeof condition.to === 'number' && of < condition.to
    case 'not':
      return !holds(condition.what, of)
    default:
      return condition satisfies never
  }
}

async function skipGuarded(tx: Tx, attempt: Attempt): Promise<void> {
  const { place, run, kernel } = attempt
  const guarded = place.scopes[0]?.tasks.filter((task) => task.guards.includes(place.node.name)) ?? []
  for (const { name } of guarded) {
    const id = taskId(run.id, prefixOf(place) + name)
    const { state } = await tx.db.selectFrom('tasks').select('state').where('id', '=', id).executeTakeFirstOrThrow()
    // What needs one that was skipped before it in this list went with that one.
    if (state === 'waiting') await kernel.queue.skip(tx, id, `${place.node.name} was not met`)
  }
}
