import { createHmac, type KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import type { Handle } from './normalise.ts'

/**
 * Before someone is forgotten: the audiences that they belong or belonged to keep a mark of each of their addresses, so that an old list does
 * not bring them back. An audience that is forgotten keeps none.
 */
export async function suppress({ db }: Tx, key: KeyObject, id: IdentityId): Promise<void> {
  await db.deleteFrom('suppressions').where('audience_id', '=', id).execute()
  const memberships = await db.selectFrom('memberships').select('audience_id').where('identity_id', '=', id).execute()
  if (memberships.length === 0) return
  const addresses = await db
    .selectFrom('handles')
    .select('value')
    .where('identity_id', '=', id)
    .where('system', '=', 'email')
    .execute()
  const rows = memberships.flatMap(({ audience_id }) =>
    addresses.map(({ value }) => ({ audience_id, mark: markOf(key, audience_id, value) })),
  )
  for (const row of rows) {
    await db
      .insertInto('suppressions')
      .values(row)
      .onConflict((clash) => clash.doNothing())
      .execute()
  }
}

/** Those of these addresses that an audience must not write to, in their normal form. */
export async function suppressedOf(
  db: Kysely<Tables>,
  key: KeyObject,
  audience: IdentityId,
  handles: readonly Handle[],
): Promise<ReadonlySet<string>> {
  const marks = new Map(
    handles.filter(({ system }) => system === 'email').map(({ value }) => [markOf(key, audience, value), value]),
  )
  const found = new Set<string>()
  const all = [...marks.keys()]
  for (let at = 0; at < all.length; at += atOnce) {
    const rows = await db
      .selectFrom('suppressions')
      .select('mark')
      .where('audience_id', '=', audience)
      .where('mark', 'in', all.slice(at, at + atOnce))
      .execute()
    for (const { mark } of rows) found.add(marks.get(mark) ?? '')
  }
  return found
}

/** Somebody joins by their own wish: what kept their addresses away is gone. */
export async function liftSuppression(
  { db }: Tx,
  key: KeyObject,
  audience: IdentityId,
  records: readonly IdentityId[],
): Promise<void> {
  const addresses = await db
    .selectFrom('handles')
    .select('value')
    .where('identity_id', 'in', [...records])
    .where('system', '=', 'email')
    .execute()
  const marks = addresses.map(({ value }) => markOf(key, audience, value))
  if (marks.length === 0) return
  await db.deleteFrom('suppressions').where('audience_id', '=', audience).where('mark', 'in', marks).execute()
}

// A statement takes 32 766 values.
const atOnce = 5000

function markOf(key: KeyObject, audience: IdentityId, address: string): string {
  // The first line keeps it apart from all else that may be hashed with the same key.
  return createHmac('sha256', key).update(`soloist suppression 1\n${audience}\n${address}`).digest('hex')
}
