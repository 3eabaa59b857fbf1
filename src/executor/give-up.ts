import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import type { TaskId } from '../values/id.ts'
import type { Attempt } from './attempt.ts'

/** Where an `each` goes on without the items that fail, the rest of the item is skipped and the join no longer waits for it. */
export async function giveUpItem(tx: Tx, attempt: Attempt): Promise<void> {
  const { kernel, place, task } = attempt
  if (task.item === null) return
  const around = place.scopes[1]?.tasks.find((node) => node.kind === 'each' && node.body.includes(place.node))
  if (around?.kind === 'each' && around.onFailure === 'continue') await kernel.queue.giveUp(tx, task.id)
}

/** Items that failed while others were still being added: the `each` does not begin to wait for them. */
export async function waiveGivenUp(tx: Tx, { kernel, task, place: { node } }: Attempt): Promise<void> {
  if (node.kind !== 'each' || node.onFailure !== 'continue') return
  for (const failed of await failedNeeds(tx, task.id)) await kernel.queue.waive(tx, task.id, failed)
}

/** True of a failed task whose `each` goes on without it: nobody needs it any more, and its run does not fail for it. */
export function isGivenUp(eb: ExpressionBuilder<Tables, 'tasks'>): Expression<SqlBool> {
  const waitedFor = eb
    .selectFrom('needs')
    .select('needs.task_id')
    .whereRef('needs.task_id', '=', 'tasks.parent_id')
    .whereRef('needs.needs_id', '=', 'tasks.id')
  return eb.and([
    eb('tasks.state', '=', sql.lit('failed')),
    eb('tasks.item', 'is not', null),
    sql<SqlBool>`not exists ${waitedFor}`,
  ])
}

async function failedNeeds(tx: Tx, task: TaskId): Promise<TaskId[]> {
  const rows = await tx.db
    .selectFrom('needs')
    .innerJoin('tasks', 'tasks.id', 'needs.needs_id')
    .select('tasks.id')
    .where('needs.task_id', '=', task)
    .where('tasks.state', '=', sql.lit('failed'))
    .execute()
  return rows.map((row) => row.id)
}
