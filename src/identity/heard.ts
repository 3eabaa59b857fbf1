import { type Kysely, sql } from 'kysely'
import { padded } from '../store/padded.ts'
import type { Row, Tables } from '../store/tables.ts'
import type { FactId, IdentityId } from '../values/id.ts'
import { compareOrigins, type Origin } from '../values/origin.ts'
import { byWord } from './standing.ts'

type FactRow = Row<'facts'>

/** What is known under a key when something comes in. */
export interface Heard {
  /** The best word that there is. */
  readonly stands: FactRow
  /** Of each other origin the last that it said, whether it stood or not; of a record that was merged, of each record. */
  readonly said: readonly FactRow[]
}

/** What is known under some keys of some records: by record and key. At most some thousands of either. */
export async function heardOf(
  db: Kysely<Tables>,
  of: readonly IdentityId[],
  keys: readonly string[],
): Promise<Map<IdentityId, Map<string, Heard>>> {
  const latest = await latestWith(db, of, keys)
  const others = new Map((await rowsOf(db, latest.flatMap(lastIds))).map((row) => [row.id, row]))
  const heard = new Map<IdentityId, Map<string, Heard>>()
  for (const row of latest) {
    const { identity_id, key } = row
    const said = lastIds(row).flatMap((id) => others.get(id) ?? [])
    heard.set(identity_id, (heard.get(identity_id) ?? new Map()).set(key, { stands: row, said }))
  }
  return heard
}

/** What several records of one have heard, taken together. */
export function together(some: readonly Heard[]): Heard | undefined {
  const [stands] = some.map((one) => one.stands).toSorted(byWord)
  return stands && { stands, said: some.flatMap((one) => [one.stands, ...one.said]) }
}

/**
 * Whether it is worth writing down. A better word always is, also where it says the same: from then on it stands by that. A worse one is
 * not, where its origin only says again what it said before: whoever has decided against it need not do so with each import.
 */
export function isNews(heard: Heard | undefined, { value, origin }: Pick<FactRow, 'value' | 'origin'>): boolean {
  if (heard === undefined) return true
  const worse = compareOrigins(origin, heard.stands.origin)
  if (worse < 0) return true
  const last = worse === 0 ? [heard.stands] : lastSaid(heard, origin)
  return last.length === 0 ? heard.stands.value !== value : last.every((row) => row.value !== value)
}

/** What an origin said last, in each record. */
export function lastSaid({ stands, said }: Heard, origin: Origin): readonly FactRow[] {
  return [stands, ...said.filter((row) => row.id !== stands.id)].filter((row) => row.origin === origin)
}

type Latest = FactRow & { readonly system: FactId | null; readonly external: FactId | null }

const lastIds = ({ id, system, external }: Latest): FactId[] =>
  [system, external].filter((one): one is FactId => one !== null && one !== id)

async function latestWith(db: Kysely<Tables>, of: readonly IdentityId[], keys: readonly string[]): Promise<Latest[]> {
  if (of.length === 0 || keys.length === 0) return []
  const last = (origin: Origin) => sql`(
    SELECT id FROM facts WHERE identity_id = c.identity_id AND key = c.key AND origin = ${sql.lit(origin)}
    ORDER BY source_seq DESC LIMIT 1)`
  const { rows } = await sql<Latest>`
    SELECT c.*, ${last('system')} AS system, ${last('external')} AS external FROM facts c
    WHERE c.superseded_by IS NULL AND c.identity_id IN (${sql.join(of)}) AND c.key IN (${sql.join(keys)})`.execute(db)
  return rows
}

async function rowsOf(db: Kysely<Tables>, ids: readonly FactId[]): Promise<FactRow[]> {
  const rows: FactRow[] = []
  for (let at = 0; at < ids.length; at += 1000) {
    const some = padded(ids.slice(at, at + 1000))
    rows.push(...(await db.selectFrom('facts').selectAll().where('id', 'in', some).execute()))
  }
  return rows
}
