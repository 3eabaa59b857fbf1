import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Kernel } from './kernel.ts'

type Task = Pick<Row<'tasks'>, 'run_id' | 'kind' | 'name' | 'node' | 'plan_hash'>

/** The agent whose work a task is; `undefined` where it is no agent's. */
export async function agentOf(_tx: Tx, { placeOf }: Pick<Kernel, 'placeOf'>, task: Task): Promise<string | undefined> {
  if (task.kind !== 'agent' && task.kind !== 'plan') return undefined
  const { node } = await placeOf(task)
  if (node.kind === 'plan') return node.planner
  return node.kind === 'agent' ? node.doer : undefined
}
