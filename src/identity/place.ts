import type { KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Row, Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { canonical } from '../values/json.ts'
import { compareOrigins, type Origin } from '../values/origin.ts'
import { isoInstant } from '../values/time.ts'
import type { ContactRow } from './contact-row.ts'
import { type Group, groupsOf } from './group.ts'
import { type Heard, heardOf, isNews, together } from './heard.ts'
import { strictest } from './mailing.ts'
import { changesOf, type MembershipChange } from './membership.ts'
import { formatHandle, type Handle } from './normalise.ts'
import { suppressedOf } from './suppression.ts'
import { plainWord } from './text.ts'

/** Where a row of a file belongs, and what is new about the person. */
export type Place =
  | {
      readonly to: 'created' | 'joined' | 'known' | 'left'
      readonly row: ContactRow
      /** The one who is known by it; `undefined` for someone new. */
      readonly person: IdentityId | undefined
      /** What becomes of memberships that are there; someone new joins as the row says. */
      readonly changes: readonly MembershipChange[]
      readonly news: ReadonlyMap<string, string>
      /** Those of the news that do not stand, for what stands is of a better origin. */
      readonly disputed: readonly string[]
      /** Handles of someone new. */
      readonly handles: readonly Handle[]
      /** Of someone known: addresses of the row that are not known to be theirs. A file does not give anyone addresses. */
      readonly strange: readonly string[]
    }
  | { readonly to: 'refused'; readonly row: ContactRow; readonly why: string }

/** What is stored about the people of some rows. */
interface Known {
  /** The root of whoever has a handle. */
  readonly owners: ReadonlyMap<string, IdentityId>
  readonly names: ReadonlyMap<IdentityId, string | null>
  readonly members: ReadonlyMap<IdentityId, readonly Row<'memberships'>[]>
  /** By `root key`. */
  readonly facts: ReadonlyMap<string, Heard>
  /** Of what the rows say. */
  readonly origin: Origin
}

/** Where the rows are from, and what was decided about earlier ones. */
export interface Earlier {
  readonly origin: Origin
  /** The line of each person. */
  readonly lines: ReadonlyMap<IdentityId, number>
  /** The rows of new people, by their phones. */
  readonly phones: ReadonlyMap<string, ContactRow>
}

/** Decides about each row from what is stored, in a few queries for all. The dry run and the real one are both this. */
export async function placesOf(
  db: Kysely<Tables>,
  key: KeyObject,
  audience: IdentityId | undefined,
  rows: readonly ContactRow[],
  earlier: Earlier,
): Promise<Place[]> {
  const known = await knownOf(db, audience, rows, earlier.origin)
  const away = audience === undefined ? new Set() : await suppressedOf(db, key, audience, handlesOf(rows))
  const here = new Map(earlier.lines)
  const phones = new Map(earlier.phones)
  return rows.map((row) => {
    const owner = ownerOf(row, known)
    if (owner !== undefined && typeof owner !== 'string') return { to: 'refused', row, why: owner.why }
    if (row.status === 'active' && row.handles.some(({ value }) => away.has(value)))
      return { to: 'refused', row, why: 'who had this address was forgotten; only they can join again' }
    if (owner === undefined) {
      const place = newcomer(row, known, phones)
      for (const [phone, one] of newPhones(place)) phones.set(phone, one)
      return place
    }
    const before = here.get(owner)
    if (before !== undefined) return { to: 'refused', row, why: `another address of the person on line ${before}` }
    here.set(owner, row.line)
    return audience === undefined ? acquaintance(row, owner, known) : memberOf(row, owner, known)
  })
}

const events = { active: 'joined', unsubscribed: 'unsubscribed', bounced: 'bounced' } as const
const handlesOf = (rows: readonly ContactRow[]): readonly Handle[] => rows.flatMap((row) => row.handles)
const keyOf = ({ system, value }: Handle): string => `${system} ${value}`

/** By an address or id of their own; by a phone, which others may share, only under the same name. */
function ownerOf(row: ContactRow, { owners, names }: Known): IdentityId | { readonly why: string } | undefined {
  const of = (phones: boolean) => [
    ...new Set(
      row.handles
        .filter(({ system }) => (system === 'phone') === phones)
        .flatMap((one) => owners.get(keyOf(one)) ?? []),
    ),
  ]
  const [first, second] = of(false)
  if (second !== undefined) return { why: `its addresses are of two: ${first} and ${second}; merge them first` }
  return first ?? of(true).find((id) => plainWord(names.get(id) ?? '') === plainWord(row.name))
}

/** The phones of someone new, with their row. */
export function newPhones(place: Place): [string, ContactRow][] {
  if (place.to === 'refused' || place.person !== undefined) return []
  return place.handles.filter(({ system }) => system === 'phone').map((handle) => [keyOf(handle), place.row])
}

/** Who shares a phone with an earlier row is the same under the same name; else the phone stays that of the first. */
function newcomer(row: ContactRow, { owners }: Known, phones: Earlier['phones']): Place {
  const sharing = row.handles.flatMap((handle) => phones.get(keyOf(handle)) ?? [])
  const same = sharing.find((before) => plainWord(before.name) === plainWord(row.name))
  if (same) return { to: 'refused', row, why: `another address of the person on line ${same.line}` }
  const handles = row.handles.filter((handle) => !owners.has(keyOf(handle)) && !phones.has(keyOf(handle)))
  if (handles.length === 0) {
    const why =
      'its phone is that of somebody with another name, and it has nothing else by which it could be found again'
    return { to: 'refused', row, why }
  }
  const to = row.status === 'active' ? 'created' : 'left'
  return { to, row, person: undefined, changes: [], news: row.facts, disputed: [], handles, strange: [] }
}

function acquaintance(row: ContactRow, person: IdentityId, known: Known): Place & { readonly to: 'known' } {
  const { origin } = known
  const heard = (key: string): Heard | undefined => known.facts.get(`${person} ${key}`)
  const news = [...row.facts].filter(([key, value]) => isNews(heard(key), { value: canonical(value), origin }))
  const disputed = news.flatMap(([key, value]) => {
    const stands = heard(key)?.stands
    return stands && compareOrigins(stands.origin, origin) < 0 && stands.value !== canonical(value) ? [key] : []
  })
  const strange = row.handles.filter((handle) => known.owners.get(keyOf(handle)) !== person).map(formatHandle)
  return { to: 'known', row, person, changes: [], news: new Map(news), disputed, handles: [], strange }
}

function memberOf(row: ContactRow, person: IdentityId, known: Known): Place {
  const away = row.status !== 'active'
  const rows = known.members.get(person) ?? []
  const member = strictest(rows)
  if (member && member.status !== 'active' && !away) {
    const when = isoInstant(member.changed_at)
    return { to: 'refused', row, why: `${member.status} on ${when}; only they can join again` }
  }
  // Someone known who is no member yet and left according to the file is written down as having left.
  const changes = member ? changesOf(events[row.status], person, rows) : [{ member: person, status: row.status }]
  return { ...acquaintance(row, person, known), changes, to: changes.length === 0 ? 'known' : away ? 'left' : 'joined' }
}

async function knownOf(
  db: Kysely<Tables>,
  audience: IdentityId | undefined,
  rows: readonly ContactRow[],
  origin: Origin,
): Promise<Known> {
  const held = await holdersOf(db, rows)
  const merged = await groupsOf(db, [...new Set(held.values())])
  const rootOf = (id: IdentityId): IdentityId => merged.get(id)?.[0] ?? id
  const owners = new Map([...held].map(([handle, id]) => [handle, rootOf(id)]))
  const groups = new Map<IdentityId, Group>([...owners.values()].map((root) => [root, merged.get(root) ?? [root]]))
  for (const group of merged.values()) groups.set(group[0], group)
  const records = [...groups.values()].flat()
  if (records.length === 0) return { owners, names: new Map(), members: new Map(), facts: new Map(), origin }
  const rootBy = new Map([...groups].flatMap(([root, group]) => group.map((id) => [id, root] as const)))
  const names = await db
    .selectFrom('identities')
    .select(['id', 'name'])
    .where('id', 'in', [...groups.keys()])
    .execute()
  const members = audience === undefined ? [] : await membershipsOf(db, audience, records)
  return {
    owners,
    names: new Map(names.map((row) => [row.id, row.name])),
    members: Map.groupBy(members, (row) => rootBy.get(row.identity_id) ?? row.identity_id),
    facts: await factsOf(db, groups, rows),
    origin,
  }
}

/** Whose record each handle of the rows is at: one query for each system. */
async function holdersOf(db: Kysely<Tables>, rows: readonly ContactRow[]): Promise<Map<string, IdentityId>> {
  const held = new Map<string, IdentityId>()
  const systems = Map.groupBy(handlesOf(rows), (handle) => handle.system)
  for (const [system, handles] of systems) {
    // SQLite takes 32 766 values in a statement, and a batch of cards may have that many addresses.
    for (let at = 0; at < handles.length; at += 5000) {
      const found = await db
        .selectFrom('handles')
        .select(['value', 'identity_id'])
        .where('system', '=', system)
        .where(
          'value',
          'in',
          handles.slice(at, at + 5000).map((handle) => handle.value),
        )
        .execute()
      for (const { value, identity_id } of found) held.set(keyOf({ system, value }), identity_id)
    }
  }
  return held
}

function membershipsOf(
  db: Kysely<Tables>,
  audience: IdentityId,
  records: readonly IdentityId[],
): Promise<Row<'memberships'>[]> {
  return db
    .selectFrom('memberships')
    .selectAll()
    .where('audience_id', '=', audience)
    .where('identity_id', 'in', [...records])
    .execute()
}

async function factsOf(
  db: Kysely<Tables>,
  groups: ReadonlyMap<IdentityId, Group>,
  rows: readonly ContactRow[],
): Promise<Map<string, Heard>> {
  const keys = [...new Set(rows.flatMap((row) => [...row.facts.keys()]))]
  const heard = await heardOf(db, [...groups.values()].flat(), keys)
  const facts = new Map<string, Heard>()
  for (const [root, group] of groups) {
    for (const key of keys) {
      const all = together(group.flatMap((record) => heard.get(record)?.get(key) ?? []))
      if (all) facts.set(`${root} ${key}`, all)
    }
  }
  return facts
}
