import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'

/** Who an identity is now: itself, or the one that it was merged into, however often. Also for an id that nobody has. */
export async function rootOf(db: Kysely<Tables>, id: IdentityId): Promise<IdentityId> {
  const { rows } = await sql<{ id: IdentityId; into_id: IdentityId | null }>`
    WITH RECURSIVE up (id, into_id) AS (
      SELECT ${id}, (SELECT into_id FROM merges WHERE from_id = ${id} AND undone_seq IS NULL)
      UNION ALL
      SELECT up.into_id, (SELECT m.into_id FROM merges m WHERE m.from_id = up.into_id AND m.undone_seq IS NULL)
      FROM up WHERE up.into_id IS NOT NULL
    ) SELECT id, into_id FROM up WHERE into_id IS NULL`.execute(db)
  return rows[0]?.id ?? id
}

/** All the records of one who is known under several: the root first, then those merged into it, in the order of their ids. */
export async function groupOf(db: Kysely<Tables>, id: IdentityId): Promise<readonly [IdentityId, ...IdentityId[]]> {
  const root = await rootOf(db, id)
  const { rows } = await sql<{ id: IdentityId }>`
    WITH RECURSIVE down (id) AS (
      SELECT from_id FROM merges WHERE into_id = ${root} AND undone_seq IS NULL
      UNION ALL
      SELECT m.from_id FROM merges m JOIN down ON m.into_id = down.id WHERE m.undone_seq IS NULL
    ) SELECT id FROM down ORDER BY id`.execute(db)
  return [root, ...rows.map((row) => row.id)]
}
