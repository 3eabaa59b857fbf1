import type { Tx } from '../store/store.ts'
import type { Seq } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Foundation } from './identity.ts'
import { writeMembership } from './membership.ts'

export interface Parted {
  /** The records of both who were taken for one. */
  readonly records: readonly IdentityId[]
  /** The event since which they were. */
  readonly since: Seq
  readonly origin: Origin
  readonly why: string
}

/**
 * Who had left an audience and joined again while two were taken for one has left again: which of the two asked for it is not known, and
 * whoever did not must get no letter. They can join again.
 */
export async function leaveAgain(
  foundation: Pick<Foundation, 'journal' | 'clock'>,
  tx: Tx,
  { records, since, origin, why }: Parted,
): Promise<void> {
  const joined = await tx.db
    .selectFrom('memberships')
    .select(['source_seq'])
    .where('identity_id', 'in', [...records])
    .where('status', '=', 'active')
    .where('source_seq', '>', since)
    .execute()
  const events = await foundation.journal.at(
    joined.map((row) => row.source_seq),
    tx,
  )
  for (const event of events) {
    if (event.kind !== 'identity.member-changed' || event.payload?.before === undefined) continue
    const { audience, member, before } = event.payload
    await writeMembership(foundation, tx, { audience, member, status: before, origin, why })
  }
}
