import type { Tx } from '../store/store.ts'
import type { Attempt } from './attempt.ts'
import { limitTasks } from './limit-tasks.ts'
import { type Child, newTask } from './new-task.ts'

/** Adds the tasks that this one is spread into, with the limits of their budgets, and makes it wait for them. Adding them again changes nothing. */
export async function addChildren(tx: Tx, attempt: Attempt, children: readonly Child[]): Promise<void> {
  const { kernel, task } = attempt
  const tasks = children.map((child) => newTask(attempt, child))
  await kernel.queue.add(tx, tasks)
  await kernel.queue.addNeeds(
    tx,
    task.id,
    tasks.map(({ id }) => id),
  )
  const limits = tasks.map(({ id }, place) => ({ id, budget: children[place]?.body.budget ?? null }))
  await limitTasks(tx, kernel, limits)
}
