import type { PlannedTask } from './plan.ts'
import { wiresOf } from './walk.ts'

/**
 * The same tasks with `needs` made whole: what is stated, what the wires name, the guards, and for an `each` all that its body
 * uses from around it. Needs name tasks of the same list only, sorted, so that equal plans have equal hashes.
 */
export function withNeeds(tasks: readonly PlannedTask[]): readonly PlannedTask[] {
  const here = new Set(tasks.map((task) => task.name))
  return tasks.map((task) => {
    const whole = task.kind === 'each' ? { ...task, body: withNeeds(task.body) } : task
    const named = sourcesOf(whole).filter((name) => here.has(name))
    return { ...whole, needs: [...new Set([...task.needs, ...named])].sort() }
  })
}

/** Every name that must end before a task may start: stated, wired, guarding, and used by its body from around it. */
export function sourcesOf(task: PlannedTask): readonly string[] {
  const wired = wiresOf(task).flatMap(([, wire]) => ('from' in wire ? [wire.from] : []))
  const own = [...task.needs, ...task.guards, ...wired]
  if (task.kind !== 'each') return own
  const inside = new Set(task.body.map((one) => one.name))
  const result = 'from' in task.result ? [task.result.from] : []
  return [...own, ...[...task.body.flatMap(sourcesOf), ...result].filter((name) => !inside.has(name))]
}
