import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { Group } from './group.ts'
import { type Foundation, living } from './identity.ts'
import {
  activeMembers,
  countMembers,
  type Deciding,
  decidingFor,
  type Member,
  type MemberPage,
  type Standing,
  standingOf,
  strictest,
} from './mailing.ts'
import { liftSuppression } from './suppression.ts'

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

/**
 * Who belongs to an audience. Each change is journalled under the member. The three changes say whether they changed
 * anything. Records that are merged are one member, who gets one letter, and whose consent is the most restrictive of theirs: who
 * left under one name has left. Faults: `identity.unknown`, `vault.forgotten`, `input.invalid` for what is no audience.
 */
export interface Members {
  /**
   * Joins, or joins again with a new `since`. Only for someone who asked for it: it overrules an unsubscription, under every name, and
   * that they were forgotten once.
   */
  join(tx: Tx, change: MemberChange): Promise<boolean>
  /** Holds until they join again, for every record of theirs that is a member. Nothing happens for those who were never members. */
  unsubscribe(tx: Tx, change: MemberChange): Promise<boolean>
  /** Their address does not work. An unsubscription stays what it is. */
  bounce(tx: Tx, change: MemberChange): Promise<boolean>
  /** Of a merged member, the membership that decides. */
  status(audience: IdentityId, member: IdentityId, tx?: Tx): Promise<Row<'memberships'> | undefined>
  /** All memberships of a member, and all their records. */
  standing(audience: IdentityId, member: IdentityId, tx?: Tx): Promise<Standing>
  /** Who stands for each member of these groups, by record. */
  each(audience: IdentityId, groups: ReadonlyMap<IdentityId, Group>): Promise<Map<IdentityId, Deciding>>
  /** A page of active members in the order of their ids, with name and address. Shorter than `limit` is only the last page. */
  active(audience: IdentityId, page: MemberPage): Promise<Member[]>
  count(audience: IdentityId): Promise<Record<MemberStatus, number>>
  /** How many unsubscribed at or after an instant, and stayed away. */
  left(audience: IdentityId, since: Instant): Promise<number>
}

/** The status after an event, or `undefined` where it changes nothing. Reads no clock and no database. */
function nextMembership(now: MemberStatus | undefined, event: MemberEvent): MemberStatus | undefined {
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

/** A status that was left for another by joining again. */
export type Away = Exclude<MemberStatus, 'active'>

export interface MembershipChange {
  readonly member: IdentityId
  readonly status: MemberStatus
  /** What joining again overrules. */
  readonly before?: Away
}

/** What an event changes: the one record that there mostly is, or those of a group that it is about. */
export function changesOf(
  event: MemberEvent,
  member: IdentityId,
  rows: readonly Row<'memberships'>[],
): MembershipChange[] {
  const own = rows.find((row) => row.identity_id === member)
  // An address that bounces is that of one record; and someone new to the audience joins once.
  const alone = rows.length === 0 || (event === 'bounced' && own !== undefined)
  const now = alone ? [[member, own?.status] as const] : rows.map((row) => [row.identity_id, row.status] as const)
  return now.flatMap(([one, before]) => {
    const status = nextMembership(before, event)
    if (status === undefined) return []
    const overruled = status === 'active' && before !== undefined && before !== 'active' ? { before } : {}
    return [{ member: one, status, ...overruled }]
  })
}

export function openMembers(foundation: Foundation): Members {
  const { store } = foundation
  const change = async (tx: Tx, event: MemberEvent, wish: MemberChange): Promise<boolean> => {
    await requireAudience(tx.db, wish.audience)
    await living(tx.db, wish.member)
    let changed = false
    const { rows, group } = await standingOf(tx.db, wish.audience, wish.member)
    if (event === 'joined') await liftSuppression(tx, foundation.vault.chainKey, wish.audience, group)
    for (const one of changesOf(event, wish.member, rows)) {
      await writeMembership(foundation, tx, { ...wish, ...one })
      changed = true
    }
    return changed
  }
  return {
    join: (tx, wish) => change(tx, 'joined', wish),
    unsubscribe: (tx, wish) => change(tx, 'unsubscribed', wish),
    bounce: (tx, wish) => change(tx, 'bounced', wish),
    status: async (audience, member, tx) => strictest((await standingOf(tx?.db ?? store.read, audience, member)).rows),
    standing: (audience, member, tx) => standingOf(tx?.db ?? store.read, audience, member),
    each: (audience, groups) => decidingFor(store.read, audience, groups),
    active: (audience, page) => activeMembers(store.read, audience, page),
    count: (audience) => countMembers(store.read, audience),
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
  { audience, member, status, before, origin, why }: MemberChange & MembershipChange,
): Promise<void> {
  const payload = { audience, member, status, ...(before === undefined ? {} : { before }), why }
  const seq = await journal.append(tx, { kind: 'identity.member-changed', subject: member, origin, payload })
  const now = clock.now()
  const changed = { status, changed_at: now, source_seq: seq, ...(status === 'active' ? { since: now } : {}) }
  await tx.db
    .insertInto('memberships')
    .values({ audience_id: audience, identity_id: member, since: now, ...changed })
    .onConflict((clash) => clash.columns(['audience_id', 'identity_id']).doUpdateSet(changed))
    .execute()
}
