import { sql } from 'kysely'
import type { Store } from '../store/store.ts'
import type { Row } from '../store/tables.ts'

type Above = Pick<Row<'tasks'>, 'id' | 'name' | 'node' | 'kind' | 'plan_hash'>

/** The tasks that planned or spread a task, the nearest first; in one query, however deep it stands. */
export async function tasksAbove({ read }: Store, { parent_id }: Pick<Row<'tasks'>, 'parent_id'>): Promise<Above[]> {
  if (parent_id === null) return []
  const { rows } = await sql<Above>`
    WITH RECURSIVE above (id, name, node, kind, plan_hash, parent_id, height) AS (
      SELECT id, name, node, kind, plan_hash, parent_id, 1 FROM tasks WHERE id = ${parent_id}
      UNION ALL
      SELECT t.id, t.name, t.node, t.kind, t.plan_hash, t.parent_id, height + 1 FROM tasks t JOIN above ON t.id = above.parent_id
    ) SELECT id, name, node, kind, plan_hash FROM above ORDER BY height`.execute(read)
  return rows
}
