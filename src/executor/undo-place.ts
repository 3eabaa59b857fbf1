import type { Plan, PlannedTask } from '../planner/plan.ts'
import type { Place } from './place.ts'

/** Where an undo stands: in no author's plan. It has no inputs, no limits of its own and the usual retry policy. */
export function undoPlace(plan: Plan): Place {
  const node: PlannedTask = {
    kind: 'function',
    doer: 'undo',
    name: 'undo',
    inputs: {},
    needs: [],
    guards: [],
    budget: null,
    delay: null,
    at: null,
    priority: 0,
    key: null,
    retry: null,
  }
  return { plan, node, scopes: [] }
}
