import type { Plan, PlannedTask, Wire } from './plan.ts'

/** A task where it stands: the `each` tasks around it, outermost first. */
export interface Placed {
  readonly task: PlannedTask
  readonly inside: readonly EachTask[]
}

export type EachTask = Extract<PlannedTask, { kind: 'each' }>
export type DoerTask = Extract<PlannedTask, { kind: 'agent' | 'action' | 'function' | 'wait' }>

/** Every task of a plan, those in bodies included, each before what is in it. */
export function* placedTasks(
  plan: Pick<Plan, 'tasks'>,
  inside: readonly EachTask[] = [],
): Generator<Placed, void, undefined> {
  for (const task of plan.tasks) {
    yield { task, inside }
    if (task.kind === 'each') yield* placedTasks({ tasks: task.body }, [...inside, task])
  }
}

/** The inputs of a task with where they come from, `at` included when it is a wire. */
export function wiresOf(task: PlannedTask): readonly (readonly [input: string, wire: Wire])[] {
  const at = task.at !== null && typeof task.at === 'object' ? [['at', task.at] as const] : []
  return [...Object.entries(task.inputs), ...at]
}

/** True for tasks that a doer of the plan's `Doers` does. */
export function isDoerTask(task: PlannedTask): task is DoerTask {
  return task.kind === 'agent' || task.kind === 'action' || task.kind === 'function' || task.kind === 'wait'
}

/** How a person reads where a wire comes from: `draft.title`, `the input's sendAt`, `the item's email`, `"monday"`. */
export function describeWire(wire: Wire): string {
  if ('value' in wire) {
    const text = JSON.stringify(wire.value)
    return text.length > 40 ? `${text.slice(0, 39)}…` : text
  }
  const path = wire.path.join('.')
  if (wire.from === '$input') return path === '' ? "the run's input" : `the run's input ${path}`
  if (wire.from === '$item') return path === '' ? 'the item' : `the item's ${path}`
  return [wire.from, ...wire.path].join('.')
}
