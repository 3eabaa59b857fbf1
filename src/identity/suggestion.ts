import type { Kysely } from 'kysely'
import type { LikenessKind } from '../store/memory-rows.ts'
import type { Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { catchUp, comparedOf } from './compare.ts'
import { type Group, groupsOf } from './group.ts'
import { type Foundation, pageSize } from './identity.ts'
import { type Compared, type Likeness, likenessesOf, onlyLooksAlike } from './likeness.ts'

/** Two that may be one, or that only look as if they were. Nothing is done about it. */
export interface Suggestion {
  /** Roots; the lesser id first. */
  readonly one: IdentityId
  readonly other: IdentityId
  /** In sentences. */
  readonly evidence: readonly string[]
  /** They look alike and are not the same: a letter of another script, a zero for an O. Then they are not suggested to be merged. */
  readonly warning: boolean
}

export interface SuggestionPage {
  readonly items: readonly Suggestion[]
  /** Where the next page begins. */
  readonly next: string | null
}

/**
 * Who may be one with whom. Found in an index of what identities have in common, which is brought up to date when it is asked; never
 * acted upon. Who was said to be two is not suggested again, and what more than `mostSharing` have in common says nothing.
 */
export interface Suggestions {
  /** A page: at most about `limit` pairs. */
  find(page: { readonly after?: string; readonly limit: number }): Promise<SuggestionPage>
  /** Those that an identity is one of. */
  of(id: IdentityId): Promise<readonly Suggestion[]>
}

/** A switchboard, a family's address, a mail alias: what more than so many share is nobody's own. */
const mostSharing = 10
// Identities that are compared while somebody waits for one of them; all are when all are asked for.
const mostAside = 2000

export function openSuggestions(foundation: Foundation): Suggestions {
  const { store } = foundation
  return {
    async find({ after, limit }) {
      await catchUp(store)
      const shared = await sharedAfter(store.read, after, pageSize(limit))
      const pairs = await suggestionsIn(store.read, shared)
      const last = shared.length < pageSize(limit) ? undefined : shared.at(-1)
      return { items: (await newPairs(store.read, pairs, after)).map(said), next: last ? placeOf(last) : null }
    },
    async of(id) {
      await catchUp(store, mostAside)
      const group = (await groupsOf(store.read, [id])).get(id) ?? [id]
      const own = await store.read
        .selectFrom('likenesses')
        .select(['kind', 'hash'])
        .where('identity_id', 'in', [...group])
        .execute()
      const found = await suggestionsIn(store.read, own)
      return found.filter(({ one, other }) => one === group[0] || other === group[0]).map(said)
    },
  }
}

interface Key {
  readonly kind: LikenessKind
  readonly hash: string
}

// In the order in which they convince.
const kinds = ['phone', 'mailbox', 'elsewhere', 'name', 'domain'] as const

/** Who is there already and may be one of those who are not: for each of these, who, and why. The index is as it was made last. */
export async function alikeOf(db: Kysely<Tables>, newcomers: readonly Compared[]): Promise<Alike[][]> {
  const theirs = newcomers.map((one) => likenessesOf(one))
  const sharers = await sharersOf(db, theirs.flat(), 1)
  const groups = await groupsOf(db, [...new Set([...sharers.values()].flat())])
  const records = [...new Set([...sharers.values()].flat())]
  const known = new Map([...(await comparedOf(db, records))].map(([id, one]) => [id, likenessesOf(one)]))
  return theirs.map((own) => {
    const ids = [...new Set(own.flatMap((one) => sharers.get(placeOf(one)) ?? []))]
    return ids.flatMap((id) => {
      const { evidence, warning } = common(own, known.get(id) ?? [])
      return evidence.length === 0 ? [] : [{ identity: groups.get(id)?.[0] ?? id, evidence, warning }]
    })
  })
}

export interface Alike {
  readonly identity: IdentityId
  readonly evidence: readonly string[]
  readonly warning: boolean
}

/** Where a key stands among all of them, as text that sorts so. */
function placeOf({ kind, hash }: Key): string {
  return `${kinds.indexOf(kind)}.${hash}`
}

function said({ one, other, evidence, warning }: Pair): Suggestion {
  return { one, other, evidence, warning }
}

/** Without those that an earlier page has shown by another key. */
async function newPairs(
  db: Kysely<Tables>,
  pairs: readonly Pair[],
  after: string | undefined,
): Promise<readonly Pair[]> {
  if (after === undefined) return pairs
  const earlier = [...new Set(pairs.flatMap(({ shared }) => shared.filter((place) => place <= after)))]
  const told = await sharersOf(
    db,
    earlier.flatMap((place) => keyAt(place) ?? []),
  )
  return pairs.filter(({ shared }) => !shared.some((place) => told.has(place)))
}

function keyAt(place: string): Key | undefined {
  const [number = '', hash = ''] = place.split('.')
  const kind = kinds[Number(number)]
  return kind && { kind, hash }
}

/** The next keys that several have, by kind and hash: a walk along the index, without a sort. */
async function sharedAfter(db: Kysely<Tables>, after: string | undefined, limit: number): Promise<Key[]> {
  const from = after === undefined ? undefined : keyAt(after)
  const keys: Key[] = []
  for (const kind of kinds.slice(from ? kinds.indexOf(from.kind) : 0)) {
    if (keys.length >= limit) break
    const rows = await db
      .selectFrom('likenesses')
      .select('hash')
      .where('kind', '=', kind)
      .where('hash', '>', kind === from?.kind ? from.hash : '')
      .groupBy('hash')
      .having(({ eb, fn }) => eb.between(fn.countAll<number>(), 2, mostSharing))
      .orderBy('hash')
      .limit(limit - keys.length)
      .execute()
    keys.push(...rows.map(({ hash }) => ({ kind, hash })))
  }
  return keys
}

interface Pair extends Suggestion {
  /** Places of the keys that both have. */
  readonly shared: readonly string[]
}

/** The pairs that have one of these keys in common, and all that they have in common. */
async function suggestionsIn(db: Kysely<Tables>, keys: readonly Key[]): Promise<Pair[]> {
  const sharers = await sharersOf(db, keys)
  const ids = [...new Set([...sharers.values()].flat())]
  const groups = await groupsOf(db, ids)
  const groupOf = (id: IdentityId): Group => groups.get(id) ?? [id]
  const pairs = new Map<string, readonly [Group, Group]>()
  for (const some of sharers.values()) {
    const roots = [...new Set(some.map((id) => groupOf(id)[0]))].toSorted()
    for (const [index, one] of roots.entries()) {
      for (const other of roots.slice(index + 1)) pairs.set(`${one} ${other}`, [groupOf(one), groupOf(other)])
    }
  }
  const records = [...new Set([...pairs.values()].flat(2))]
  const two = await distinctionsOf(db, records)
  const likenesses = new Map([...(await comparedOf(db, records))].map(([id, one]) => [id, likenessesOf(one)]))
  return [...pairs.values()].flatMap(([one, other]) => {
    if (one.some((a) => other.some((b) => two.has([a, b].toSorted().join(' '))))) return []
    const of = (group: Group) => group.flatMap((id) => likenesses.get(id) ?? [])
    const found = common(of(one), of(other))
    return found.evidence.length === 0 ? [] : [{ one: one[0], other: other[0], ...found }]
  })
}

/** Who has each of these keys, where they are few enough to say something: one query for each kind. */
async function sharersOf(db: Kysely<Tables>, keys: readonly Key[], fewest = 2): Promise<Map<string, IdentityId[]>> {
  const sharers = new Map<string, IdentityId[]>()
  for (const kind of kinds) {
    const hashes = keys.filter((key) => key.kind === kind).map((key) => key.hash)
    if (hashes.length === 0) continue
    const of = db.selectFrom('likenesses').where('kind', '=', kind)
    const telling = of
      .select('hash')
      .where('hash', 'in', hashes)
      .groupBy('hash')
      .having(({ eb, fn }) => eb.between(fn.countAll<number>(), fewest, mostSharing))
    const rows = await of.select(['hash', 'identity_id']).where('hash', 'in', telling).execute()
    for (const { hash, identity_id } of rows) {
      const key = placeOf({ kind, hash })
      sharers.set(key, [...(sharers.get(key) ?? []), identity_id])
    }
  }
  return sharers
}

async function distinctionsOf(db: Kysely<Tables>, ids: readonly IdentityId[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('distinctions')
    .select(['one_id', 'other_id'])
    .where('one_id', 'in', [...ids])
    .where('other_id', 'in', [...ids])
    .execute()
  return new Set(rows.map((row) => `${row.one_id} ${row.other_id}`))
}

/** What two have in common, in sentences; a warning where some of it only looks so. */
function common(one: readonly Likeness[], other: readonly Likeness[]): Omit<Pair, 'one' | 'other'> {
  const sure: string[] = []
  const alike: string[] = []
  const shared: string[] = []
  for (const a of one) {
    for (const b of other) {
      if (a.kind !== b.kind || a.hash !== b.hash) continue
      shared.push(placeOf(a))
      if (onlyLooksAlike(a, b)) alike.push(`${a.shown} and ${b.shown} look alike and are not the same.`)
      else sure.push(...sentence(a, b))
    }
  }
  return { evidence: [...new Set([...alike, ...sure])], warning: alike.length > 0, shared }
}

function sentence(a: Likeness, b: Likeness): string[] {
  switch (a.kind) {
    case 'phone':
      return [`Both have the phone ${a.shown}.`]
    case 'mailbox':
      return [`${a.shown} and ${b.shown} are one mailbox.`]
    case 'elsewhere':
      return [`${a.shown} and ${b.shown} are one id.`]
    case 'name':
      return [`${a.shown} and ${b.shown}: the same name at the same domain.`]
    // A domain is of one identity: another one can only look like it.
    case 'domain':
      return []
    default:
      return a.kind satisfies never
  }
}
