import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'

/** All the records of one who is known under several: the root first, then those merged into it, in the order of their ids. */
export type Group = readonly [IdentityId, ...IdentityId[]]

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

/** The group that a record is in: most are alone in it, and that takes one look into two indexes. */
export async function groupOf(db: Kysely<Tables>, id: IdentityId): Promise<Group> {
  return (await groupsOf(db, [id])).get(id) ?? [id]
}

/** The groups of those among these records that are in one with others; who is alone is left out. At most some thousands of ids. */
export async function groupsOf(db: Kysely<Tables>, ids: readonly IdentityId[]): Promise<Map<IdentityId, Group>> {
  const groups = new Map<IdentityId, Group>()
  if (ids.length === 0) return groups
  const near = await merges(db, ids, ids)
  if (near.length === 0) return groups
  const merged = new Set(ids)
  const seeds = [...new Set(near.flatMap((row) => [row.from_id, row.into_id]).filter((id) => merged.has(id)))]
  const roots = await climb(db, seeds)
  const members = await descend(db, [...new Set(roots.values())])
  for (const id of seeds) {
    const root = roots.get(id) ?? id
    groups.set(id, [root, ...(members.get(root) ?? []).toSorted()])
  }
  return groups
}

interface Edge {
  readonly from_id: IdentityId
  readonly into_id: IdentityId
}

/** What stands of the merges from some and into some. */
async function merges(
  db: Kysely<Tables>,
  from: readonly IdentityId[],
  into: readonly IdentityId[],
): Promise<readonly Edge[]> {
  const standing = db.selectFrom('merges').select(['from_id', 'into_id']).where('undone_seq', 'is', null)
  const up = standing.where('from_id', 'in', [...from])
  const down = standing.where('into_id', 'in', [...into])
  if (into.length === 0) return up.execute()
  return from.length === 0 ? down.execute() : up.unionAll(down).execute()
}

/** The root of each: one query for each level of the highest tree, and one level is the rule. */
async function climb(db: Kysely<Tables>, ids: readonly IdentityId[]): Promise<Map<IdentityId, IdentityId>> {
  const roots = new Map(ids.map((id) => [id, id]))
  for (;;) {
    const above = new Map((await merges(db, [...new Set(roots.values())], [])).map((row) => [row.from_id, row.into_id]))
    if (above.size === 0) return roots
    for (const [id, root] of roots) roots.set(id, above.get(root) ?? root)
  }
}

/** All that is below each root. */
async function descend(db: Kysely<Tables>, roots: readonly IdentityId[]): Promise<Map<IdentityId, IdentityId[]>> {
  const rootBy = new Map(roots.map((root) => [root, root]))
  const below = new Map<IdentityId, IdentityId[]>()
  for (let level: readonly IdentityId[] = roots; level.length > 0; ) {
    const found = await merges(db, [], level)
    for (const { from_id, into_id } of found) {
      const root = rootBy.get(into_id) ?? into_id
      rootBy.set(from_id, root)
      below.set(root, [...(below.get(root) ?? []), from_id])
    }
    level = found.map((row) => row.from_id)
  }
  return below
}
