import { sourcesOf } from './needs.ts'
import type { PlannedCondition, PlannedTask } from './plan.ts'

/** The tasks of a list in rows: each below all that it needs, otherwise in the order of the plan. A circle ends in the last row. */
export function layersOf(tasks: readonly PlannedTask[]): readonly (readonly PlannedTask[])[] {
  const layers: PlannedTask[][] = []
  const placed = new Set<string>()
  let rest = [...tasks]
  while (rest.length > 0) {
    const names = new Set(rest.map((task) => task.name))
    const free = rest.filter((task) => sourcesOf(task).every((name) => placed.has(name) || !names.has(name)))
    const layer = free.length > 0 ? free : rest
    layers.push(layer)
    for (const task of layer) placed.add(task.name)
    rest = rest.filter((task) => !layer.includes(task))
  }
  return layers
}

/** What a task needs among these, in the order of the plan. */
export function needsAmong(task: PlannedTask, tasks: readonly PlannedTask[]): readonly string[] {
  const sources = new Set(sourcesOf(task))
  return tasks.map((one) => one.name).filter((name) => sources.has(name))
}

/** Who or what a task is, in a few words. */
export function captionOf(task: PlannedTask): string {
  switch (task.kind) {
    case 'agent':
    case 'action':
    case 'function':
      return `${task.kind} ${task.doer}`
    case 'wait':
      return `wait for ${task.doer}`
    case 'gate':
      return `gate, ${task.gate}`
    case 'when':
      return `when ${describeCondition(task.condition)}`
    case 'each':
      return `each, at most ${task.max}`
    case 'plan':
      return `plan by ${task.planner}`
    default:
      return task satisfies never
  }
}

function describeCondition(condition: PlannedCondition): string {
  switch (condition.is) {
    case 'true':
    case 'present':
      return condition.is
    case 'equal':
      return `= ${JSON.stringify(condition.to)}`
    case 'over':
      return `> ${JSON.stringify(condition.to)}`
    case 'under':
      return `< ${JSON.stringify(condition.to)}`
    case 'not':
      return `not ${describeCondition(condition.what)}`
    default:
      return condition satisfies never
  }
}
