import { type Kysely, sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import type { Vault } from '../store/vault.ts'
import { companyIdentity, type IdentityId } from '../values/id.ts'
import type { Foundation } from './identity.ts'
import { suppress } from './suppression.ts'

/** How many rows and events are about some identities. */
export interface HeldCounts {
  readonly handles: number
  readonly facts: number
  /** In audiences; of an audience, its members. */
  readonly memberships: number
  readonly pointers: number
  readonly relations: number
  readonly commitments: number
  readonly interactions: number
  readonly events: number
  readonly effects: number
  readonly runs: number
}

/** Counts what is held of these. */
export async function countHeld(db: Kysely<Tables>, ids: readonly IdentityId[]): Promise<HeldCounts> {
  const all = sql.join(ids)
  const { rows } = await sql<HeldCounts>`SELECT
    (SELECT count(*) FROM handles WHERE identity_id IN (${all})) AS handles,
    (SELECT count(*) FROM facts WHERE identity_id IN (${all})) AS facts,
    (SELECT count(*) FROM memberships WHERE identity_id IN (${all}))
      + (SELECT count(*) FROM memberships WHERE audience_id IN (${all})) AS memberships,
    (SELECT count(*) FROM pointers WHERE identity_id IN (${all})) AS pointers,
    (SELECT count(*) FROM relations WHERE from_id IN (${all}))
      + (SELECT count(*) FROM relations WHERE to_id IN (${all})) AS relations,
    (SELECT count(*) FROM commitments WHERE identity_id IN (${all})) AS commitments,
    (SELECT count(*) FROM interactions WHERE identity_id IN (${all})) AS interactions,
    (SELECT count(*) FROM events WHERE subject IN (${all})) AS events,
    (SELECT count(*) FROM effects WHERE subject IN (${all})) AS effects,
    (SELECT count(*) FROM runs WHERE subject IN (${all})) AS runs`.execute(db)
  return rows[0]!
}

/** More handles than one may have, of more records than anyone merges. */
const mostHandles = 10_000

/** All handles of these. */
export function handlesOfAll(
  db: Kysely<Tables>,
  ids: readonly IdentityId[],
): Promise<Pick<Row<'handles'>, 'system' | 'value'>[]> {
  return db
    .selectFrom('handles')
    .select(['system', 'value'])
    .where('identity_id', 'in', [...ids])
    .limit(mostHandles)
    .execute()
}

/**
 * Forgets these within the transaction: their keys are destroyed, with which all that the journal says under them is noise for ever;
 * what the tables hold of them is deleted, but for marks of their addresses that keep audiences from
 * writing to them again; of the record itself id, kind and times stay, so that nothing points into the void. The
 * journal keeps that it was done, under the company. Those who are forgotten already are passed over.
 */
export async function forgetRecords(
  { journal, vault, clock }: Pick<Foundation, 'journal' | 'clock'> & { readonly vault: Vault },
  tx: Tx,
  ids: readonly IdentityId[],
  { again }: { readonly again: boolean },
): Promise<void> {
  for (const id of ids) {
    const named = await tx.db.selectFrom('identities').select('name').where('id', '=', id).executeTakeFirst()
    if (named === undefined || named.name === null) continue
    await suppress(tx, vault.chainKey, id)
    const pointers = await deleteRows(tx, id)
    const forgotten_at = clock.now()
    await tx.db.updateTable('identities').set({ name: null, forgotten_at }).where('id', '=', id).execute()
    await journal.append(tx, {
      kind: 'identity.forgotten',
      subject: companyIdentity,
      origin: again ? 'system' : 'operator',
      payload: { id, pointers, ...(again ? { again } : {}) },
    })
    await vault.destroyKey(tx, id)
  }
}

/** Gives how many pointers there were. Whom they were merged with stays: it is ids, and holds the group together. */
async function deleteRows({ db }: Tx, id: IdentityId): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('pointers').where('identity_id', '=', id).executeTakeFirst()
  const owned = ['handles', 'facts', 'memberships', 'fact_pins', 'commitments', 'interactions', 'distilled'] as const
  for (const table of owned) await db.deleteFrom(table).where('identity_id', '=', id).execute()
  await db.deleteFrom('memberships').where('audience_id', '=', id).execute()
  for (const end of ['from_id', 'to_id'] as const) await db.deleteFrom('relations').where(end, '=', id).execute()
  for (const end of ['one_id', 'other_id'] as const) await db.deleteFrom('distinctions').where(end, '=', id).execute()
  return Number(numDeletedRows)
}
