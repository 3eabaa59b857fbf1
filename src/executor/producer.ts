import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { TaskId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'
import { sourceName, taskId } from './place.ts'

/** The agent's task that made what a gate is about, if an agent did: only an agent can take a comment and try again. */
export async function producerOf(tx: Tx, kernel: Kernel, gateTask: Row<'tasks'>): Promise<TaskId | undefined> {
  const place = await kernel.placeOf(gateTask)
  const wire = place.node.inputs.subject
  const name = wire && sourceName(place, wire)
  if (name === undefined) return undefined
  const id = taskId(gateTask.run_id, name)
  const row = await tx.db.selectFrom('tasks').select(['kind', 'state']).where('id', '=', id).executeTakeFirst()
  return row?.kind === 'agent' && row.state === 'done' ? id : undefined
}
