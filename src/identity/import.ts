import { phoneKeys } from '../store/migrations/0008-memory.ts'
import type { Store, Tx } from '../store/store.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { catchUp } from './compare.ts'
import type { ContactRow, ReadContacts, RefusedRow } from './contact-row.ts'
import { insertFact } from './fact.ts'
import { type FileFormat, fileText } from './file-text.ts'
import { insertHandle } from './handle.ts'
import { type Foundation, insertIdentity } from './identity.ts'
import type { Compared } from './likeness.ts'
import { requireAudience, writeMembership } from './membership.ts'
import type { Handle } from './normalise.ts'
import { newPhones, type Place, placesOf } from './place.ts'
import { alikeOf } from './suggestion.ts'

export interface ContactImport {
  /** What the file is called, for faults and the journal. */
  readonly source: string
  readonly content: string | Uint8Array
  /** A CSV when not said. */
  readonly format?: FileFormat
  /** Whom they join; without one they are just people. */
  readonly audience?: IdentityId
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
  /** The first `mostTold` rows that were not refused, by line. */
  readonly rows: readonly ToldRow[]
}

/** What becomes of one row. */
export interface ToldRow {
  readonly line: number
  readonly name: string
  readonly to: 'created' | 'joined' | 'known' | 'left'
  /** Whom it was matched with; `null` for someone new in a dry run. */
  readonly identity: IdentityId | null
  /** Addresses of it that someone known does not have: they are not added. */
  readonly strange: readonly string[]
  /** Keys under which it says otherwise than whoever's word counts more: theirs stands, its own is kept in dispute. */
  readonly disputed: readonly string[]
  /** Of someone new in a dry run: who they may be, with the evidence. */
  readonly alike: readonly {
    readonly identity: IdentityId
    readonly evidence: readonly string[]
    readonly warning: boolean
  }[]
}

/**
 * Contacts out of CSV and vCard files. The whole file is read before the first is written; then `rowsPerWrite` go into a transaction.
 * Importing a file again, or after a crash, changes only what the first time did not. Who unsubscribed, bounced or
 * was forgotten stays so, and who did according to a status column of the file does so here.
 * Faults: `csv.unreadable`, `vcard.unreadable`, `input.too-large`, `identity.unknown`, `input.invalid`.
 */
export interface Contacts {
  import(contacts: ContactImport): Promise<ImportReport>
}

/** Rows of one transaction. 200 new people with a fact each are 800 events; measured here: 110 ms, and 5 000 of them 2.8 s. */
export const rowsPerWrite = 200

/** Rows that a report tells one by one. */
const mostTold = 1000

export function openContacts(foundation: Foundation): Contacts {
  const { store } = foundation
  return {
    async import({ source, content, format = 'csv', audience, dryRun, origin = 'external' }) {
      if (audience !== undefined) await requireAudience(store.read, audience)
      const { rows, refused } = await readFile(source, content, format)
      const report = { created: 0, joined: 0, known: 0, left: 0, refused: [...refused] }
      const told: ToldRow[] = []
      const lines = new Map<IdentityId, number>()
      const phones = new Map<string, ContactRow>()
      if (dryRun) await catchUp(store)
      for (let at = 0; at < rows.length; at += rowsPerWrite) {
        const batch = rows.slice(at, at + rowsPerWrite)
        const done = dryRun
          ? (await placesOf(store.read, foundation.vault.chainKey, audience, batch, { lines, phones, origin })).map(
              (place) => ({
                place,
                person: idOf(place),
              }),
            )
          : await store.write(async (tx) => {
              const places = await placesOf(tx.db, foundation.vault.chainKey, audience, batch, {
                lines,
                phones,
                origin,
              })
              return write(foundation, tx, places, { audience, origin, why: `imported from ${source}` })
            })
        for (const { place, person } of done) {
          if (place.to === 'refused') report.refused.push({ line: place.row.line, why: place.why })
          else report[place.to] += 1
          if (person !== undefined) lines.set(person, place.row.line)
          for (const [phone, row] of newPhones(place)) phones.set(phone, row)
        }
        if (told.length < mostTold) told.push(...(await tell(store, done, dryRun)))
      }
      return {
        ...report,
        refused: report.refused.sort((a, b) => a.line - b.line),
        rows: told.slice(0, mostTold).sort((a, b) => a.line - b.line),
      }
    },
  }
}

/** With its parser, which only an import needs. */
async function readFile(source: string, content: string | Uint8Array, format: FileFormat): Promise<ReadContacts> {
  const text = fileText(source, content, format)
  if (format === 'vcard') return (await import('./vcard.ts')).readCards(source, text)
  return (await import('./csv.ts')).readContacts(source, text)
}

interface Done {
  readonly place: Place
  /** Who it is; `undefined` for who was refused, and for someone new in a dry run. */
  readonly person: IdentityId | undefined
}

function idOf(place: Place): IdentityId | undefined {
  return place.to === 'refused' ? undefined : place.person
}

async function write(
  foundation: Foundation,
  tx: Tx,
  places: readonly Place[],
  {
    audience,
    origin,
    why,
  }: { readonly audience: IdentityId | undefined; readonly origin: Origin; readonly why: string },
): Promise<Done[]> {
  const done: Done[] = []
  for (const place of places) {
    if (place.to === 'refused') {
      done.push({ place, person: undefined })
      continue
    }
    const { row, changes, news } = place
    const person = place.person ?? foundation.ids.next('idn')
    if (place.person === undefined) {
      await insertIdentity(foundation, tx, { id: person, kind: row.kind, name: row.name, origin })
      for (const handle of place.handles) await insertHandle(foundation, tx, { to: person, handle, origin })
    }
    if (audience !== undefined) {
      for (const { member, status } of place.person === undefined
        ? [{ member: person, status: row.status }]
        : changes) {
        // That they join is the operator's wish, whatever the file says about them; that they left is what the file says.
        const wish = status === 'active' ? 'operator' : origin
        await writeMembership(foundation, tx, { audience, member, status, origin: wish, why })
      }
    }
    for (const [key, value] of news) await insertFact(foundation, tx, { identity: person, key, value, origin })
    done.push({ place, person })
  }
  return done
}

/** What became of each row; of someone new in a dry run also who they may be. */
async function tell(store: Store, done: readonly Done[], dryRun: boolean): Promise<ToldRow[]> {
  const rows = done.flatMap(({ place, person }) =>
    place.to === 'refused' ? [] : [{ ...place, identity: person ?? null }],
  )
  const news = rows.filter((row) => row.identity === null)
  const alike = dryRun
    ? await alikeOf(
        store.read,
        news.map(({ row, handles }) => comparedRow(row.name, handles, row.facts)),
      )
    : []
  const alikeBy = new Map(news.map(({ row }, index) => [row.line, alike[index] ?? []]))
  return rows.map(({ row, to, identity, strange, disputed }) => ({
    ...{ line: row.line, name: row.name, to, identity, strange, disputed },
    alike: alikeBy.get(row.line) ?? [],
  }))
}

function comparedRow(name: string, handles: readonly Handle[], facts: ReadonlyMap<string, string>): Compared {
  return { name, handles, phones: phoneKeys.flatMap((key) => facts.get(key) ?? []) }
}
