import { type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../store/tables.ts'
import type { FactId, IdentityId } from '../values/id.ts'
import { compareOrigins } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { Group } from './group.ts'
import { byWord, isEarly, isOver, standingOf } from './standing.ts'

type FactRow = Row<'facts'>

export interface KeyPage {
  readonly after?: string
  /** This key alone. */
  readonly only?: string
  readonly limit: number
}

/** What one key says at an instant, and what speaks against it, the best word first. */
export interface Said {
  readonly now: FactRow
  /** What the other records of the group say of it. */
  readonly others: readonly FactRow[]
  /** What was said since, of a worse origin. */
  readonly outranked: readonly FactRow[]
}

/** What a group's keys say at an instant, by key. A fact that does not hold leaves the floor to what does, by `standingOf`. */
export async function currentRows(db: Kysely<Tables>, group: Group, now: Instant, page: KeyPage): Promise<Said[]> {
  const said: Said[] = []
  for (let { after } = page; ; ) {
    const keys = await latestOfKeys(db, group, { ...page, ...(after === undefined ? {} : { after }) })
    const latest = [...keys.values()].flat()
    const rows = Map.groupBy(await heldBy(db, now, latest), (row) => row.key)
    const since = Map.groupBy(await outrankedRows(db, latest), (row) => row.key)
    for (const key of keys.keys()) {
      const [best, ...others] = (rows.get(key) ?? []).toSorted(byWord)
      if (best) said.push({ now: best, others, outranked: against(best, since.get(key) ?? [], now) })
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
  { after, only, limit }: KeyPage,
): Promise<Map<string, FactRow[]>> {
  const of = (id: IdentityId) => {
    const latest = only === undefined ? latestOf(db, id) : latestOf(db, id).where('key', '=', only)
    return after === undefined ? latest : latest.where('key', '>', after)
  }
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

/** What holds now of these latest facts of records and what stands below them. */
export async function heldBy(db: Kysely<Tables>, now: Instant, latest: readonly FactRow[]): Promise<FactRow[]> {
  const idle = latest.filter((row) => isEarly(row, now) || isOver(row, now))
  const below = await rowsBelow(db, now, idle)
  const held = idle.map((row) => standingOf([row, ...(below.get(row.id) ?? [])], now))
  return [...latest.filter((row) => !idle.includes(row)), ...held.filter((row) => row !== undefined)]
}

/**
 * What may hold in the place of facts that do not, by their ids. Of what holds, nothing below it is read; of what is over, only what was
 * said since: so it is a few rows for each that does not hold, whatever the history. `CROSS` keeps SQLite from beginning at the facts.
 */
async function rowsBelow(db: Kysely<Tables>, now: Instant, idle: readonly FactRow[]): Promise<Map<FactId, FactRow[]>> {
  if (idle.length === 0) return new Map()
  const { rows } = await sql<FactRow & { top: FactId }>`
    WITH RECURSIVE below (id, top, source_seq, valid_from, valid_until) AS (
      SELECT id, id, source_seq, valid_from, valid_until FROM facts WHERE id IN (${sql.join(idle.map((row) => row.id))})
      UNION ALL
      SELECT f.id, b.top, f.source_seq, f.valid_from, f.valid_until
      FROM below b CROSS JOIN facts f ON f.superseded_by = b.id AND f.id <> b.id
      WHERE b.valid_from > ${now} OR (b.valid_until <= ${now} AND f.source_seq > b.source_seq)
    ) SELECT f.*, b.top FROM below b CROSS JOIN facts f ON f.id = b.id WHERE b.id <> b.top`.execute(db)
  return Map.groupBy(rows, (row) => row.top)
}

/** What was said after these facts and did not take their place: at most one of each worse origin. */
async function outrankedRows(db: Kysely<Tables>, latest: readonly FactRow[]): Promise<FactRow[]> {
  if (latest.length === 0) return []
  const { rows } = await sql<FactRow>`
    SELECT o.* FROM facts c CROSS JOIN facts o ON o.superseded_by = c.id AND o.source_seq > c.source_seq
    WHERE c.id IN (${sql.join(latest.map((row) => row.id))})`.execute(db)
  return rows
}

/** Of these, what says otherwise than the one that stands, was said later, and may still be so. */
function against(stands: FactRow, outranked: readonly FactRow[], now: Instant): FactRow[] {
  return outranked
    .filter((row) => row.value !== stands.value && row.source_seq > stands.source_seq && !isOver(row, now))
    .filter((row) => compareOrigins(row.origin, stands.origin) > 0)
    .toSorted(byWord)
}

/** Facts that did not take the place of an older one which says otherwise, the newest first. */
export function disputedRows(
  db: Kysely<Tables>,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<FactRow[]> {
  const all = db.selectFrom('fact_disputes as disputes').innerJoin('facts', 'facts.id', 'disputes.fact_id')
  const rows = before === undefined ? all : all.where('disputes.source_seq', '<', before)
  return rows.selectAll('facts').orderBy('disputes.source_seq', 'desc').limit(limit).execute()
}

type FactQuery = ReturnType<typeof latestOf>

// Each record's rows come sorted out of an index, and SQLite merges such arms: no sort of all of them.
function unionOf([root, ...others]: Group, of: (id: IdentityId) => FactQuery): FactQuery {
  return others.reduce((all, one) => all.unionAll(of(one)), of(root))
}
