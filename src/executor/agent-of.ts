import type { Row } from '../store/tables.ts'
import type { Kernel } from './kernel.ts'

type Task = Pick<Row<'tasks'>, 'run_id' | 'kind' | 'name' | 'node' | 'plan_hash'>
type Parts = Pick<Kernel, 'placeOf' | 'shelf'>

/** The agent whose work a task is; `undefined` where it is no agent's, or names a role that nobody was given yet. */
export async function agentOfTask({ placeOf, shelf }: Parts, task: Task): Promise<string | undefined> {
  if (task.kind !== 'agent' && task.kind !== 'plan') return undefined
  const { node } = await placeOf(task)
  if (node.kind === 'plan') return node.planner
  if (node.kind !== 'agent') return undefined
  return node.role === undefined ? node.doer : routedTo(shelf, task)
}

/** The agent that a task was given whose plan names a role. */
export async function routedTo(
  shelf: Kernel['shelf'],
  { run_id: run, name }: Pick<Task, 'run_id' | 'name'>,
): Promise<string | undefined> {
  const hash = await shelf.pinned(run, 'role', name)
  return hash === undefined ? undefined : (await shelf.agent(hash))?.name
}
