import { eachItem, type Plan, type PlannedTask, runInput, type Wire } from '../planner/plan.ts'
import type { Row } from '../store/tables.ts'
import { derivedId, type RunId, type TaskId } from '../values/id.ts'

/** Where a task stands: its definition, the scope around it, and the prefix that its scope has in the run's names. */
export interface Place {
  readonly plan: Plan
  readonly node: PlannedTask
  /** Innermost first: the tasks of an `each` body, then those around it, up to the plan. */
  readonly scopes: readonly Scope[]
}

interface Scope {
  readonly prefix: string
  readonly tasks: readonly PlannedTask[]
}

/** A task's full name in the run gives its id: whoever computes it again gets the same. */
export function taskId(run: RunId, name: string): TaskId {
  return derivedId('tsk', run, name)
}

/** Finds the definition of a task row in its plan. `node` is a path such as `chapters/write`; the name has the items between. */
export function placeOf(plan: Plan, task: Pick<Row<'tasks'>, 'name' | 'node'>): Place {
  const path = task.node.split('/')
  const names = task.name.split('/')
  // A grafted plan's names begin with the prefix of the task that planned it; items add one segment a level.
  const grafted = names.length - (2 * path.length - 1)
  let prefix = grafted > 0 ? `${names.slice(0, grafted).join('/')}/` : ''
  let tasks = plan.tasks
  const scopes: Scope[] = [{ prefix, tasks }]
  for (const [depth, name] of path.entries()) {
    const node = tasks.find((candidate) => candidate.name === name)
    if (!node) throw new TypeError(`the plan has no task ${task.node}`)
    if (depth === path.length - 1) return { plan, node, scopes }
    if (node.kind !== 'each') throw new TypeError(`${name} has no body`)
    prefix += `${name}/${names[grafted + 2 * depth + 1]}/`
    tasks = node.body
    scopes.unshift({ prefix, tasks })
  }
  throw new TypeError(`the plan has no task ${task.node}`)
}

/** The full name of the task that a wire of this place comes from; `undefined` for literals, the run's input and the item. */
export function sourceName(place: Place, wire: Wire): string | undefined {
  if ('value' in wire || wire.from === runInput || wire.from === eachItem) return undefined
  return fullName(place, wire.from)
}

/** The full name of a task that this place calls `name`: in its own scope, else in one around it. */
export function fullName(place: Place, name: string): string {
  const scope = place.scopes.find((candidate) => candidate.tasks.some((task) => task.name === name))
  if (!scope) throw new TypeError(`${name} is not in reach of ${place.node.name}`)
  return scope.prefix + name
}

/** The prefix of the tasks around this one. */
export function prefixOf(place: Place): string {
  return place.scopes[0]?.prefix ?? ''
}
