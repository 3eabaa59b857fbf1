import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import { type Foundation, living, pageSize } from './identity.ts'

export type MemberStatus = Row<'memberships'>['status']
/** What can happen to a membership. */
export type MemberEvent = 'joined' | 'unsubscribed' | 'bounced'

export interface MemberChange {
  readonly audience: IdentityId
  readonly member: IdentityId
  /** Where the wish came from. */
  readonly origin: Origin
  readonly why: string
}

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

/**
 * Who belongs to an audience. Each change is journalled under the member. The three changes say whether they changed
 * anything. Faults: `identity.unknown`, `vault.forgotten`, `input.invalid` for what is no audience.
 */
export interface Members {
  /** Joins, or joins again with a new `since`. Only for someone who asked for it: it overrules an unsubscription. */
  join(tx: Tx, change: MemberChange): Promise<boolean>
  /** Holds until they join again. Nothing happens for those who were never members. */
  unsubscribe(tx: Tx, change: MemberChange): Promise<boolean>
  /** Their address does not work. An unsubscription stays what it is. */
  bounce(tx: Tx, change: MemberChange): Promise<boolean>
  status(audience: IdentityId, member: IdentityId, tx?: Tx): Promise<Row<'memberships'> | undefined>
  /** A page of active members in the order of their ids, with name and address, in one query. */
  active(audience: IdentityId, page: MemberPage): Promise<Member[]>
  count(audience: IdentityId): Promise<Record<MemberStatus, number>>
  /** How many unsubscribed at or after an instant, and stayed away. */
  left(audience: IdentityId, since: Instant): Promise<number>
}

/** The status after an event, or `undefined` where it changes nothing. Reads no clock and no database. */
export function nextMembership(now: MemberStatus | undefined, event: MemberEvent): MemberStatus | undefined {
  switch (event) {
    case 'joined':
      return now === 'active' ? undefined : 'active'
    case 'unsubscribed':
      return now === undefined || now === 'unsubscribed' ? undefined : 'unsubscribed'
    case 'bounced':
      return now === 'active' ? 'bounced' : undefined
    default:
      return event satisfies never
  }
}

export function openMembers(foundation: Foundation): Members {
  const { store } = foundation
  const change = async (tx: Tx, event: MemberEvent, wish: MemberChange): Promise<boolean> => {
    await requireAudience(tx.db, wish.audience)
    await living(tx.db, wish.member)
    const before = await find(tx.db, wish.audience, wish.member)
    const status = nextMembership(before?.status, event)
    if (status === undefined) return false
    await writeMembership(foundation, tx, { ...wish, status })
    return true
  }
  return {
    join: (tx, wish) => change(tx, 'joined', wish),
    unsubscribe: (tx, wish) => change(tx, 'unsubscribed', wish),
    bounce: (tx, wish) => change(tx, 'bounced', wish),
    status: (audience, member, tx) => find(tx?.db ?? store.read, audience, member),
    active: (audience, page) => activeMembers(store.read, audience, page),
    async count(audience) {
      const rows = await store.read
        .selectFrom('memberships')
        .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
        .where('audience_id', '=', audience)
        .groupBy('status')
        .execute()
      const counts = { active: 0, unsubscribed: 0, bounced: 0 }
      for (const row of rows) counts[row.status] = Number(row.count)
      return counts
    },
    async left(audience, since) {
      const { count } = await store.read
        .selectFrom('memberships')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('audience_id', '=', audience)
        .where('status', '=', 'unsubscribed')
        .where('changed_at', '>=', since)
        .executeTakeFirstOrThrow()
      return Number(count)
    },
  }
}

/** Faults: `identity.unknown`, `vault.forgotten`, `input.invalid`. */
export async function requireAudience(db: Kysely<Tables>, id: IdentityId): Promise<void> {
  const { kind, name } = await living(db, id)
  if (kind !== 'audience') refuse('input.invalid', { what: name, why: `it is of the kind ${kind}, not an audience` })
}

/** Writes a status that is checked already; `active` begins a new `since`. */
export async function writeMembership(
  { journal, clock }: Pick<Foundation, 'journal' | 'clock'>,
  tx: Tx,
  { audience, member, status, origin, why }: MemberChange & { readonly status: MemberStatus },
): Promise<void> {
  const payload = { audience, member, status, why }
  const seq = await journal.append(tx, { kind: 'identity.member-changed', subject: member, origin, payload })
  const now = clock.now()
  const changed = { status, changed_at: now, source_seq: seq, ...(status === 'active' ? { since: now } : {}) }
  await tx.db
    .insertInto('memberships')
    .values({ audience_id: audience, identity_id: member, since: now, ...changed })
    .onConflict((clash) => clash.columns(['audience_id', 'identity_id']).doUpdateSet(changed))
    .execute()
}

function find(db: Kysely<Tables>, audience: IdentityId, member: IdentityId): Promise<Row<'memberships'> | undefined> {
  return db
    .selectFrom('memberships')
    .selectAll()
    .where('audience_id', '=', audience)
    .where('identity_id', '=', member)
    .executeTakeFirst()
}

async function activeMembers(
  db: Kysely<Tables>,
  audience: IdentityId,
  { after, limit, joinedBy }: MemberPage,
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
  const rows = await select.orderBy('m.identity_id').limit(pageSize(limit)).execute()
  return rows.map(({ id, name, email, since }) => ({ id, name, email, since }))
}
