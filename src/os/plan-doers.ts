import type { Kernel } from '../executor/kernel.ts'
import type { Plan, PlannedTask } from '../planner/plan.ts'

/** The names of all doers that a run of this plan may come to: its tasks', its bodies', and what its planners may use. */
export function planDoers(plan: Plan, kernel: Pick<Kernel, 'facts'>): readonly string[] {
  const names = new Set<string>()
  const add = (tasks: readonly PlannedTask[]): void => {
    for (const task of tasks) {
      if (task.kind === 'agent' || task.kind === 'action' || task.kind === 'function') names.add(task.doer)
      if (task.kind === 'each') add(task.body)
      if (task.kind === 'plan') for (const name of [task.planner, ...task.allow]) names.add(name)
    }
  }
  add(plan.tasks)
  return [...names].filter((name) => kernel.facts.has(name))
}
