import type { PlannedTask, Wire } from '../planner/plan.ts'
import { eachItem, runInput } from '../planner/plan.ts'
import type { Row } from '../store/tables.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import type { Kernel } from './kernel.ts'
import { fullName, type Place, taskId } from './place.ts'

/**
 * Who decides whether and how often a task happens (DESIGN §8): the conditions that guard it, the lists that it is repeated for,
 * and whoever wrote its plan. What the operator passed at a gate counts as theirs. Reads origins, no payloads.
 */
export async function controlOf(kernel: Kernel, run: Row<'runs'>, place: Place): Promise<Origin> {
  const origins: Origin[] = [await writtenBy(kernel, run, place)]
  const names: string[] = []
  for (const [depth, scope] of place.scopes.entries()) {
    const at: Place = { ...place, scopes: place.scopes.slice(depth) }
    const node = depth === 0 ? place.node : aroundOf(place, depth)
    for (const name of node.guards) {
      const guard = scope.tasks.find((task) => task.name === name)
      if (guard && !isFromGate(at, guard.inputs.of)) names.push(fullName(at, name))
    }
    const items = depth === 0 ? undefined : node.inputs.items
    if (!items || !('from' in items) || isFromGate(at, items)) continue
    if (items.from === runInput) origins.push(run.origin)
    else if (items.from !== eachItem) names.push(fullName(at, items.from))
  }
  return worstOrigin([...origins, ...(await originsOf(kernel, run, names))])
}

/** Who wrote a plan and the literals in it: the author, or a planner agent with all that it had read. */
export async function writtenBy(kernel: Kernel, run: Row<'runs'>, place: Place): Promise<Origin> {
  const prefix = place.scopes.at(-1)?.prefix ?? ''
  if (prefix === '') return 'system'
  const graft = await kernel.store.read
    .selectFrom('steps')
    .innerJoin('events', 'events.seq', 'steps.seq')
    .select('events.origin')
    .where('steps.task_id', '=', taskId(run.id, prefix.slice(0, -1)))
    .where('steps.key', '=', 'graft')
    .executeTakeFirst()
  return graft?.origin ?? 'external'
}

/** The `each` of this depth of scopes, whose body holds the task. */
function aroundOf(place: Place, depth: number): PlannedTask {
  const inner = place.scopes[depth - 1]
  const node = place.scopes[depth]?.tasks.find((task) => task.kind === 'each' && task.body === inner?.tasks)
  if (!node) throw new TypeError(`nothing is around ${place.node.name}`)
  return node
}

function isFromGate(place: Place, wire: Wire | undefined): boolean {
  if (!wire || 'value' in wire) return true // a literal is its plan's writer's
  return place.scopes.some((scope) => scope.tasks.some((task) => task.name === wire.from && task.kind === 'gate'))
}

async function originsOf(kernel: Kernel, run: Row<'runs'>, names: readonly string[]): Promise<Origin[]> {
  if (names.length === 0) return []
  const rows = await kernel.store.read
    .selectFrom('tasks')
    .innerJoin('events', 'events.seq', 'tasks.outcome_seq')
    .select('events.origin')
    .where(
      'tasks.id',
      'in',
      names.map((name) => taskId(run.id, name)),
    )
    .execute()
  return rows.map((row) => row.origin)
}
