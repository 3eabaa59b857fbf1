import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { canonical } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import { isoInstant } from '../values/time.ts'
import type { ContactRow, RefusedRow } from './contact-row.ts'
import { csvText } from './csv-text.ts'
import { insertFact } from './fact.ts'
import { insertHandle } from './handle.ts'
import { type Foundation, insertIdentity } from './identity.ts'
import { type MemberStatus, nextMembership, requireAudience, writeMembership } from './membership.ts'

export interface ContactImport {
  /** What the file is called, for faults and the journal. */
  readonly source: string
  readonly content: string | Uint8Array
  readonly audience: IdentityId
  /** Only say what would happen. */
  readonly dryRun: boolean
  /** Of names and facts. A list is full of what strangers typed into forms, so `external` unless the operator wrote it. */
  readonly origin?: Origin
}

/** What became of the rows; every row is in one of the five. */
export interface ImportReport {
  /** New people, who joined. */
  readonly created: number
  /** People we knew, who joined. */
  readonly joined: number
  /** In the audience already, or out of it, as the row says. */
  readonly known: number
  /** Recorded as unsubscribed or bounced, because their row says so; among them people we did not know. */
  readonly left: number
  readonly refused: readonly RefusedRow[]
}

/**
 * Contacts out of CSV files. The whole file is read before the first is written; then `rowsPerWrite` go into a transaction.
 * Importing a file again, or after a crash, changes only what the first time did not. Who unsubscribed or bounced stays so,
 * and who did according to a status column of the file does so here.
 * Faults: `csv.unreadable`, `input.too-large`, `identity.unknown`, `input.invalid`.
 */
export interface Contacts {
  import(contacts: ContactImport): Promise<ImportReport>
}

/** Rows of one transaction. 200 new people with a fact each are 800 events; measured here: 110 ms, and 5 000 of them 2.8 s. */
export const rowsPerWrite = 200

export function openContacts(foundation: Foundation): Contacts {
  const { store } = foundation
  return {
    async import({ source, content, audience, dryRun, origin = 'external' }) {
      await requireAudience(store.read, audience)
      // With its parser, which only an import needs.
      const { readContacts } = await import('./csv.ts')
      const { rows, refused } = await readContacts(source, csvText(source, content))
      const report = { created: 0, joined: 0, known: 0, left: 0, refused: [...refused] }
      const lines = new Map<IdentityId, number>()
      for (let at = 0; at < rows.length; at += rowsPerWrite) {
        const batch = rows.slice(at, at + rowsPerWrite)
        const sorted = dryRun
          ? await sort(store.read, audience, batch, lines)
          : await store.write(async (tx) => {
              const decided = await sort(tx.db, audience, batch, lines)
              await write(foundation, tx, decided, { audience, origin, why: `imported from ${source}` })
              return decided
            })
        for (const place of sorted) {
          if (place.to === 'refused') report.refused.push({ line: place.row.line, why: place.why })
          else report[place.to] += 1
          if (place.to !== 'refused' && place.person !== undefined) lines.set(place.person, place.row.line)
        }
      }
      return { ...report, refused: report.refused.sort((a, b) => a.line - b.line) }
    },
  }
}

/** Where a row belongs, and what is new about the person. */
type Place =
  | {
      readonly to: 'created' | 'joined' | 'known' | 'left'
      readonly row: ContactRow
      /** `undefined` for someone new. */
      readonly person: IdentityId | undefined
      /** What their membership becomes, `undefined` where it stays. */
      readonly status: MemberStatus | undefined
      readonly news: ReadonlyMap<string, string>
    }
  | { readonly to: 'refused'; readonly row: ContactRow; readonly why: string }

/** Decides about each row from what is stored, in three queries. The dry run and the real one are both this. */
async function sort(
  db: Kysely<Tables>,
  audience: IdentityId,
  rows: readonly ContactRow[],
  lines: ReadonlyMap<IdentityId, number>,
): Promise<Place[]> {
  const owners = await ownersOf(db, rows)
  const people = [...new Set(owners.values())]
  const members = await membershipsOf(db, audience, people)
  const facts = await factsOf(db, people, rows)
  const here = new Map(lines)
  return rows.map((row) => {
    const person = owners.get(row.email)
    const away = row.status !== 'active'
    if (person === undefined) {
      return { to: away ? 'left' : 'created', row, person, status: row.status, news: row.facts }
    }
    const before = here.get(person)
    if (before !== undefined) return { to: 'refused', row, why: `another address of the person on line ${before}` }
    here.set(person, row.line)
    const member = members.get(person)
    if (member && member.status !== 'active' && !away) {
      const when = isoInstant(member.changed_at)
      return { to: 'refused', row, why: `${member.status} on ${when}; only they can join again` }
    }
    const news = new Map([...row.facts].filter(([key, value]) => facts.get(`${person} ${key}`) !== canonical(value)))
    const status = member ? nextMembership(member.status, events[row.status]) : row.status
    return { to: status === undefined ? 'known' : away ? 'left' : 'joined', row, person, status, news }
  })
}

const events = { active: 'joined', unsubscribed: 'unsubscribed', bounced: 'bounced' } as const

async function write(
  foundation: Foundation,
  tx: Tx,
  places: readonly Place[],
  { audience, origin, why }: { readonly audience: IdentityId; readonly origin: Origin; readonly why: string },
): Promise<void> {
  for (const place of places) {
    if (place.to === 'refused') continue
    const { row, status, news } = place
    const person = place.person ?? foundation.ids.next('idn')
    if (place.person === undefined) {
      await insertIdentity(foundation, tx, { id: person, kind: 'person', name: row.name, origin })
      await insertHandle(foundation, tx, { to: person, handle: { system: 'email', value: row.email }, origin })
    }
    if (status !== undefined) {
      // That they join is the operator's wish, whatever the file says about them; that they left is what the file says.
      const wish = status === 'active' ? 'operator' : origin
      await writeMembership(foundation, tx, { audience, member: person, status, origin: wish, why })
    }
    for (const [key, value] of news) await insertFact(foundation, tx, { identity: person, key, value, origin })
  }
}

async function ownersOf(db: Kysely<Tables>, rows: readonly ContactRow[]): Promise<Map<string, IdentityId>> {
  const emails = rows.map((row) => row.email)
  const found = await db
    .selectFrom('handles')
    .select(['value', 'identity_id'])
    .where('system', '=', 'email')
    .where('value', 'in', emails)
    .execute()
  return new Map(found.map((row) => [row.value, row.identity_id]))
}

async function membershipsOf(
  db: Kysely<Tables>,
  audience: IdentityId,
  people: readonly IdentityId[],
): Promise<Map<IdentityId, Row<'memberships'>>> {
  if (people.length === 0) return new Map()
  const found = await db
    .selectFrom('memberships')
    .selectAll()
    .where('audience_id', '=', audience)
    .where('identity_id', 'in', people)
    .execute()
  return new Map(found.map((row) => [row.identity_id, row]))
}

/** The current facts by person and key, as canonical JSON. */
async function factsOf(
  db: Kysely<Tables>,
  people: readonly IdentityId[],
  rows: readonly ContactRow[],
): Promise<Map<string, string>> {
  const keys = [...new Set(rows.flatMap((row) => [...row.facts.keys()]))]
  if (people.length === 0 || keys.length === 0) return new Map()
  const found = await db
    .selectFrom('facts')
    .select(['identity_id', 'key', 'value'])
    .where('identity_id', 'in', people)
    .where('key', 'in', keys)
    .where('superseded_by', 'is', null)
    .execute()
  return new Map(found.map((row) => [`${row.identity_id} ${row.key}`, row.value]))
}
