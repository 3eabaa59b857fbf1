import { type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../store/tables.ts'
import type { FactId, IdentityId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import type { Group } from './group.ts'

type FactRow = Row<'facts'>

export interface KeyPage {
  readonly after?: string
  readonly limit: number
}

/** What one key says at an instant: the newest by source, and what the other records of the group say of it, the newest first. */
export interface Said {
  readonly now: FactRow
  readonly others: readonly FactRow[]
}

/** What a group's keys say at an instant, by key. A fact that is not valid yet leaves the floor to the one before it. */
export async function currentRows(db: Kysely<Tables>, group: Group, now: Instant, page: KeyPage): Promise<Said[]> {
  const said: Said[] = []
  for (let { after } = page; ; ) {
    const keys = await latestOfKeys(db, group, { ...(after === undefined ? {} : { after }), limit: page.limit })
    const rows = await validRows(db, now, [...keys.values()].flat())
    for (const key of keys.keys()) {
      const [newest, ...others] = (rows.get(key) ?? []).toSorted((a, b) => b.source_seq - a.source_seq)
      if (newest) said.push({ now: newest, others })
    }
    after = [...keys.keys()].at(-1)
    if (keys.size < page.limit || said.length >= page.limit) return said.slice(0, page.limit)
  }
}

/** The latest facts of a group that are over, or not valid yet, by key. */
export function dormantRows(db: Kysely<Tables>, group: Group, now: Instant, limit: number): Promise<FactRow[]> {
  return unionOf(group, (id) =>
    latestOf(db, id).where((eb) => eb.or([eb('valid_from', '>', now), eb('valid_until', '<=', now)])),
  )
    .orderBy('key')
    .limit(limit)
    .execute()
}

/** All facts of a key in a group, the newest first. */
export function historyRows(
  db: Kysely<Tables>,
  group: Group,
  key: string,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<FactRow[]> {
  const of = (id: IdentityId) => {
    const all = db.selectFrom('facts').selectAll().where('identity_id', '=', id).where('key', '=', key)
    return before === undefined ? all : all.where('source_seq', '<', before)
  }
  return unionOf(group, of).orderBy('source_seq', 'desc').limit(limit).execute()
}

// How far back a key is looked at: a stronger fact that was followed by so many weaker ones is no news.
const lookedBack = 50

/** For each of these facts that is not certain: the newest that it superseded although that one was more so, and says otherwise. */
export async function strongerRows(db: Kysely<Tables>, facts: readonly FactRow[]): Promise<Map<FactId, FactRow>> {
  const doubtful = facts.filter((fact) => fact.confidence < 1).map((fact) => fact.id)
  if (doubtful.length === 0) return new Map()
  const { rows } = await sql<FactRow & { by: FactId }>`
    SELECT o.*, c.id AS by FROM facts c JOIN facts o ON o.id = (
      SELECT w.id FROM (
        SELECT id, confidence, value, source_seq FROM facts
        WHERE identity_id = c.identity_id AND key = c.key AND source_seq < c.source_seq
        ORDER BY source_seq DESC LIMIT ${lookedBack}
      ) w WHERE w.confidence > c.confidence AND w.value <> c.value LIMIT 1
    ) WHERE c.id IN (${sql.join(doubtful)})`.execute(db)
  return new Map(rows.map((row) => [row.by, row]))
}

function latestOf(db: Kysely<Tables>, id: IdentityId) {
  return db.selectFrom('facts').selectAll().where('identity_id', '=', id).where('superseded_by', 'is', null)
}

/** The latest fact of each record for the first keys, whole: of so many keys, no record has more than one fact. */
async function latestOfKeys(
  db: Kysely<Tables>,
  group: Group,
  { after, limit }: KeyPage,
): Promise<Map<string, FactRow[]>> {
  const of = (id: IdentityId) => (after === undefined ? latestOf(db, id) : latestOf(db, id).where('key', '>', after))
  const rows = await unionOf(group, of)
    .orderBy('key')
    .limit(limit * group.length)
    .execute()
  const keys = new Map<string, FactRow[]>()
  for (const row of rows) {
    const before = keys.get(row.key)
    if (before) before.push(row)
    else if (keys.size < limit) keys.set(row.key, [row])
    else break
  }
  return keys
}

/** Those that hold now, by key: what is over is left out, and what is not valid yet is replaced by what it superseded. */
async function validRows(db: Kysely<Tables>, now: Instant, rows: readonly FactRow[]): Promise<Map<string, FactRow[]>> {
  const early = rows.filter((row) => row.valid_from !== null && row.valid_from > now)
  const begun = rows.filter((row) => row.valid_from === null || row.valid_from <= now)
  const valid = new Map<string, FactRow[]>()
  for (const row of [...begun, ...(await predecessors(db, now, early))]) {
    if (row.valid_until !== null && row.valid_until <= now) continue
    valid.set(row.key, [...(valid.get(row.key) ?? []), row])
  }
  return valid
}

/** What these facts, which are not valid yet, superseded and still holds the floor: whether it is over is for the caller to see. */
export async function predecessors(db: Kysely<Tables>, now: Instant, early: readonly FactRow[]): Promise<FactRow[]> {
  if (early.length === 0) return []
  const { rows } = await sql<FactRow>`
    SELECT o.* FROM facts c JOIN facts o ON o.id = (
      SELECT id FROM facts
      WHERE identity_id = c.identity_id AND key = c.key AND source_seq < c.source_seq
        AND (valid_from IS NULL OR valid_from <= ${now})
      ORDER BY source_seq DESC LIMIT 1
    ) WHERE c.id IN (${sql.join(early.map((row) => row.id))})`.execute(db)
  return rows
}

type FactQuery = ReturnType<typeof latestOf>

// Each record's rows come sorted out of an index, and SQLite merges such arms: no sort of all of them.
function unionOf([root, ...others]: Group, of: (id: IdentityId) => FactQuery): FactQuery {
  return others.reduce((all, one) => all.unionAll(of(one)), of(root))
}
