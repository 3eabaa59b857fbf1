import type { Kysely } from 'kysely'
import { phoneKeys } from '../store/migrations/0008-memory.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import { type Compared, likenessesOf } from './likeness.ts'

/** Identities of one transaction: measured here, 200 with a handle each take 8 ms. */
const dueAtOnce = 200

/** Makes the likenesses of those who changed since they were made: of all, or of at most so many. */
export async function catchUp(store: Store, most = Number.POSITIVE_INFINITY): Promise<void> {
  for (let done = 0; done < most; done += dueAtOnce) {
    // Most times nobody changed, and then nothing is written.
    const due = await store.read.selectFrom('likeness_due').select('identity_id').limit(1).execute()
    if (due.length === 0) return
    await store.write(compareNext)
  }
}

/** What these identities are compared by. */
export async function comparedOf(db: Kysely<Tables>, ids: readonly IdentityId[]): Promise<Map<IdentityId, Compared>> {
  if (ids.length === 0) return new Map()
  const names = await db
    .selectFrom('identities')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  const handles = await db
    .selectFrom('handles')
    .select(['identity_id', 'system', 'value'])
    .where('identity_id', 'in', [...ids])
    .execute()
  const phones = await db
    .selectFrom('facts')
    .select(['identity_id', 'value'])
    .where('identity_id', 'in', [...ids])
    .where('key', 'in', [...phoneKeys])
    .where('superseded_by', 'is', null)
    .execute()
  const handlesBy = Map.groupBy(handles, (row) => row.identity_id)
  const phonesBy = Map.groupBy(phones, (row) => row.identity_id)
  return new Map(
    names.map(({ id, name }) => [
      id,
      { name, handles: handlesBy.get(id) ?? [], phones: (phonesBy.get(id) ?? []).map((row) => textOf(row.value)) },
    ]),
  )
}

async function compareNext(tx: Tx): Promise<void> {
  const due = await tx.db
    .selectFrom('likeness_due')
    .select('identity_id')
    .orderBy('identity_id')
    .limit(dueAtOnce)
    .execute()
  const ids = due.map((row) => row.identity_id)
  if (ids.length === 0) return
  const compared = await comparedOf(tx.db, ids)
  await tx.db.deleteFrom('likenesses').where('identity_id', 'in', ids).execute()
  const rows = [...compared].flatMap(([identity_id, one]) =>
    likenessesOf(one).map(({ kind, hash }) => ({ kind, hash, identity_id })),
  )
  // Of a group of 100 handles each: some thousand rows a statement, as SQLite takes 32 766 values.
  for (let at = 0; at < rows.length; at += 5000) {
    const some = rows.slice(at, at + 5000)
    await tx.db
      .insertInto('likenesses')
      .values(some)
      .onConflict((clash) => clash.doNothing())
      .execute()
  }
  await tx.db.deleteFrom('likeness_due').where('identity_id', 'in', ids).execute()
}

function textOf(value: string): string {
  const parsed: unknown = JSON.parse(value)
  return typeof parsed === 'string' || typeof parsed === 'number' ? String(parsed) : ''
}
