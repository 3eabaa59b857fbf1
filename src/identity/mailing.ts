import type { Kysely } from 'kysely'
import type { Row, Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import type { Instant } from '../values/time.ts'
import { type Group, groupOf, groupsOf } from './group.ts'
import { pageSize } from './identity.ts'

/** An active member with all that a mailing needs. */
export interface Member {
  readonly id: IdentityId
  readonly name: string | null
  /** Their oldest address, or `null` when none is known. */
  readonly email: string | null
  readonly since: Instant
}

export interface MemberPage {
  readonly after?: IdentityId
  /** At most `largestPage`. */
  readonly limit: number
  /** Only those who had joined by this instant: whom an approval of that instant covers. */
  readonly joinedBy?: Instant
}

/** Of several memberships of one person, the first of these decides. */
const strictness = { unsubscribed: 0, bounced: 1, active: 2 } as const

/** What an audience has of a member, under whatever record. */
export interface Standing {
  readonly group: Group
  readonly rows: readonly Row<'memberships'>[]
}

/** All memberships of one member in an audience. Of somebody who is in no group, as most are, in one query. */
export async function standingOf(db: Kysely<Tables>, audience: IdentityId, member: IdentityId): Promise<Standing> {
  const select = db.selectFrom('memberships').selectAll().where('audience_id', '=', audience)
  const alone = await select
    .where('identity_id', '=', member)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('merges')
            .select('id')
            .where('undone_seq', 'is', null)
            .where('from_id', '=', member)
            .unionAll(selectFrom('merges').select('id').where('undone_seq', 'is', null).where('into_id', '=', member)),
        ),
      ),
    )
    .executeTakeFirst()
  if (alone) return { group: [member], rows: [alone] }
  const group = await groupOf(db, member)
  return { group, rows: await select.where('identity_id', 'in', [...group]).execute() }
}

/** The membership that decides for all. */
export function strictest(rows: readonly Row<'memberships'>[]): Row<'memberships'> | undefined {
  return rows.toSorted((a, b) => strictness[a.status] - strictness[b.status])[0]
}

/** See `Members.active`. Of a merged member, one record stands for all: the root's where that is a member, else the oldest. */
export async function activeMembers(
  db: Kysely<Tables>,
  audience: IdentityId,
  { after, limit, joinedBy }: MemberPage,
): Promise<Member[]> {
  const size = pageSize(limit)
  const page: Member[] = []
  for (let from = after; ; ) {
    const found = await activeRows(db, audience, { ...(from ? { after: from } : {}), limit: size, joinedBy })
    const groups = await groupsOf(
      db,
      found.map((member) => member.id),
    )
    const deciding = await decidingFor(db, audience, groups, joinedBy)
    page.push(
      ...found.filter(
        ({ id }) => !groups.has(id) || (deciding.get(id)?.id === id && deciding.get(id)?.status === 'active'),
      ),
    )
    from = found.at(-1)?.id
    if (found.length < size || page.length >= size) return page.slice(0, size)
  }
}

/** How many members are in which status; a merged one is counted once. */
export async function countMembers(
  db: Kysely<Tables>,
  audience: IdentityId,
): Promise<Record<Row<'memberships'>['status'], number>> {
  const rows = await db
    .selectFrom('memberships')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .where('audience_id', '=', audience)
    .groupBy('status')
    .execute()
  const counts = { active: 0, unsubscribed: 0, bounced: 0 }
  for (const row of rows) counts[row.status] = Number(row.count)
  const merged = await mergedMembers(db, audience)
  const groups = await groupsOf(db, [...merged.keys()])
  const decided = new Map<IdentityId, Row<'memberships'>['status']>()
  for (const [id, status] of merged) {
    counts[status] -= 1
    const root = groups.get(id)?.[0] ?? id
    const before = decided.get(root)
    if (before === undefined || strictness[status] < strictness[before]) decided.set(root, status)
  }
  for (const status of decided.values()) counts[status] += 1
  return counts
}

type Found = Omit<MemberPage, 'joinedBy'> & { readonly joinedBy: Instant | undefined }

async function activeRows(
  db: Kysely<Tables>,
  audience: IdentityId,
  { after, limit, joinedBy }: Found,
): Promise<Member[]> {
  let select = db
    .selectFrom('memberships as m')
    .innerJoin('identities as i', 'i.id', 'm.identity_id')
    .select(({ selectFrom }) => [
      'm.identity_id as id',
      'i.name',
      'm.since',
      // The oldest, so that a second address does not silently move where an approved mailing goes.
      selectFrom('handles as h')
        .select('h.value')
        .whereRef('h.identity_id', '=', 'm.identity_id')
        .where('h.system', '=', 'email')
        .orderBy('h.source_seq')
        .limit(1)
        .as('email'),
    ])
    .where('m.audience_id', '=', audience)
    .where('m.status', '=', 'active')
  if (after !== undefined) select = select.where('m.identity_id', '>', after)
  if (joinedBy !== undefined) select = select.where('m.since', '<=', joinedBy)
  const rows = await select.orderBy('m.identity_id').limit(limit).execute()
  return rows.map(({ id, name, email, since }) => ({ id, name, email, since }))
}

/** Who stands for a merged member in an audience, and how that one stands. */
export interface Deciding {
  /** The record whose letters they get: the root where that is a member, else the oldest that is. */
  readonly id: IdentityId
  /** The most restrictive of all their records. */
  readonly status: Row<'memberships'>['status']
}

/** By record, for those of these groups that have a membership. `joinedBy`: only a record that had joined by then stands for others. */
export async function decidingFor(
  db: Kysely<Tables>,
  audience: IdentityId,
  groups: ReadonlyMap<IdentityId, Group>,
  joinedBy?: Instant,
): Promise<Map<IdentityId, Deciding>> {
  const deciding = new Map<IdentityId, Deciding>()
  if (groups.size === 0) return deciding
  const rows = await db
    .selectFrom('memberships')
    .selectAll()
    .where('audience_id', '=', audience)
    .where('identity_id', 'in', [...new Set([...groups.values()].flat())])
    .execute()
  const byId = new Map(rows.map((row) => [row.identity_id, row]))
  for (const [id, group] of groups) {
    // The root comes first in its group, then the others in the order of their ids, which is that of time.
    const own = group.flatMap((one) => byId.get(one) ?? [])
    const first = own.find((row) => joinedBy === undefined || row.since <= joinedBy)
    const status = strictest(own)?.status
    if (first && status) deciding.set(id, { id: first.identity_id, status })
  }
  return deciding
}

/** The members that are in a group, with their status: as many as there are merges, which people make one by one. */
async function mergedMembers(
  db: Kysely<Tables>,
  audience: IdentityId,
): Promise<Map<IdentityId, Row<'memberships'>['status']>> {
  const members = (end: 'x.from_id' | 'x.into_id') =>
    db
      .selectFrom('merges as x')
      .innerJoin('memberships as m', (join) => join.onRef('m.identity_id', '=', end))
      .select(['m.identity_id', 'm.status'])
      .where('m.audience_id', '=', audience)
      .where('x.undone_seq', 'is', null)
      // Nobody's id is before this: it makes the search of what stands one into an index.
      .where(end, '>', 'idn_' as IdentityId)
  const rows = await members('x.from_id').unionAll(members('x.into_id')).execute()
  return new Map(rows.map((row) => [row.identity_id, row.status]))
}
