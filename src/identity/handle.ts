import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import { asId, type IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { groupOf, rootOf } from './group.ts'
import { type Foundation, living } from './identity.ts'
import { formatHandle, type Handle, parseHandle, toHandle } from './normalise.ts'
import { shown } from './text.ts'

/**
 * The names that identities are known by. A handle belongs to one identity; an identity may have many. Who was merged into another is
 * the other: whoever is found is a root, and what is listed is the whole group's.
 */
export interface Handles {
  /** Adding what it has already changes nothing. Faults: `input.invalid`, `identity.taken`, `identity.unknown`, `vault.forgotten`. */
  add(tx: Tx, to: IdentityId, handle: string, origin: Origin): Promise<Handle>
  /** Who is meant by `ana@example.org`, `example.org`, `stripe:cus_1`, `audience:readers` or an id; `undefined` for nobody. */
  find(text: string, tx?: Tx): Promise<IdentityId | undefined>
  /** The same. Faults: `identity.unknown`, or `identity.no-audience` for an `audience:name` that nobody has made. */
  resolve(text: string, tx?: Tx): Promise<IdentityId>
  /** All handles of one identity, the oldest first; at most `maxHandles`. */
  of(identity: IdentityId, tx?: Tx): Promise<Handle[]>
}

/** Nobody has more names than this; a list that grows further is a mistake in some adapter. */
export const maxHandles = 100

export function openHandles({ store, journal }: Foundation): Handles {
  const find: Handles['find'] = async (text, tx) => {
    const db = tx?.db ?? store.read
    const id = asId('idn', text.trim())
    if (id !== undefined) return known(db, id)
    const parsed = parseHandle(text)
    return parsed.ok ? ownerOf(db, parsed.value) : undefined
  }
  return {
    async add(tx, to, text, origin) {
      const handle = toHandle(text)
      await living(tx.db, to)
      const owner = await ownerOf(tx.db, handle)
      if (owner !== undefined && owner === (await rootOf(tx.db, to))) return handle
      if (owner !== undefined) refuse('identity.taken', { handle: formatHandle(handle), identity: owner })
      const held = await handlesOf(tx.db, to)
      if (held.length >= maxHandles) {
        refuse('input.too-large', { what: 'The list of handles', size: `${held.length + 1}`, limit: maxHandles })
      }
      await insertHandle({ journal }, tx, { to, handle, origin })
      return handle
    },
    find,
    async resolve(text, tx) {
      return (await find(text, tx)) ?? refuseUnknown(text)
    },
    of: (identity, tx) => handlesOf(tx?.db ?? store.read, identity),
  }
}

function refuseUnknown(text: string): never {
  // Only of plain letters, as its next step is a command to be copied into a shell.
  const name = /^audience:([\p{L}\p{N}_-]{1,60})$/u.exec(text)?.[1]
  if (name === undefined) refuse('identity.unknown', { handle: shown(text) })
  refuse('identity.no-audience', { handle: text, name: name.charAt(0).toUpperCase() + name.slice(1) })
}

/** Writes a handle that is checked already. */
export async function insertHandle(
  { journal }: Pick<Foundation, 'journal'>,
  tx: Tx,
  { to, handle, origin }: { readonly to: IdentityId; readonly handle: Handle; readonly origin: Origin },
): Promise<void> {
  const payload = { id: to, system: handle.system, value: handle.value }
  const seq = await journal.append(tx, { kind: 'identity.handle-added', subject: to, origin, payload })
  await tx.db
    .insertInto('handles')
    .values({ system: handle.system, value: handle.value, identity_id: to, source_seq: seq })
    .execute()
}

async function known(db: Kysely<Tables>, id: IdentityId): Promise<IdentityId | undefined> {
  const row = await db
    .selectFrom('identities as i')
    .leftJoin('merges as m', (join) => join.onRef('m.from_id', '=', 'i.id').on('m.undone_seq', 'is', null))
    .select(['i.id', 'm.into_id'])
    .where('i.id', '=', id)
    .executeTakeFirst()
  return row && topOf(db, row.id, row.into_id)
}

async function ownerOf(db: Kysely<Tables>, handle: Handle): Promise<IdentityId | undefined> {
  const row = await db
    .selectFrom('handles as h')
    .leftJoin('merges as m', (join) => join.onRef('m.from_id', '=', 'h.identity_id').on('m.undone_seq', 'is', null))
    .select(['h.identity_id', 'm.into_id'])
    .where('h.system', '=', handle.system)
    .where('h.value', '=', handle.value)
    .executeTakeFirst()
  return row && topOf(db, row.identity_id, row.into_id)
}

// The merge, where there is one, comes with the same query: who was never merged costs no second one.
async function topOf(db: Kysely<Tables>, id: IdentityId, into: IdentityId | null): Promise<IdentityId> {
  return into === null ? id : rootOf(db, into)
}

async function handlesOf(db: Kysely<Tables>, identity: IdentityId): Promise<Handle[]> {
  const list = (one: IdentityId) =>
    db.selectFrom('handles').select(['system', 'value', 'source_seq']).where('identity_id', '=', one)
  const [root, ...others] = await groupOf(db, identity)
  const rows = await others
    .reduce((all, one) => all.unionAll(list(one)), list(root))
    .orderBy('source_seq')
    .limit(maxHandles)
    .execute()
  return rows.map(({ system, value }) => ({ system, value }))
}
