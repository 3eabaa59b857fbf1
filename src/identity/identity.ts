import type { Kysely } from 'kysely'
import type { Store, Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import type { Vault } from '../store/vault.ts'
import type { Journal } from '../telemetry/journal.ts'
import { refuse } from '../values/fault.ts'
import { companyIdentity, type IdentityId, type Ids } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Clock } from '../values/time.ts'
import { cleanName, shown } from './text.ts'

/** What the folder is built on. */
export interface Foundation {
  readonly store: Store
  readonly journal: Journal
  readonly clock: Clock
  readonly ids: Ids
  readonly vault: Pick<Vault, 'chainKey'>
}

/** The kinds that Soloist itself knows. A company may use kinds of its own, of the same form. */
export const identityKinds = ['person', 'organisation', 'audience', 'project', 'product', 'company'] as const
export type IdentityKind = (typeof identityKinds)[number] | (string & {})

export interface NewIdentity {
  readonly kind: IdentityKind
  readonly name: string
  /** Where the name came from. */
  readonly origin: Origin
}

/** The canonical records. Every change is journalled under the identity itself. */
export interface Records {
  /** Fault: `input.invalid` (kind, name). */
  create(tx: Tx, identity: NewIdentity): Promise<IdentityId>
  /** The company's own identity, made the first time; later calls change nothing. */
  ensureCompany(tx: Tx, name: string): Promise<IdentityId>
  /** Faults: `identity.unknown`, `input.invalid`, `vault.forgotten`. */
  rename(tx: Tx, id: IdentityId, name: string, origin: Origin): Promise<void>
  /** `undefined` when there is none; a forgotten one has no name. With a transaction, it sees what that has written. */
  get(id: IdentityId, tx?: Tx): Promise<Row<'identities'> | undefined>
  /** A page in the order of ids, which is the order of creation. */
  list(page: IdentityPage): Promise<Row<'identities'>[]>
}

export interface IdentityPage {
  readonly kind?: IdentityKind
  readonly after?: IdentityId
  /** At most `largestPage`. */
  readonly limit: number
}

/** Longest page of any list in this folder. */
const largestPage = 500

export function openRecords({ store, journal, clock, ids }: Foundation): Records {
  const insert = async (tx: Tx, id: IdentityId, identity: NewIdentity): Promise<IdentityId> => {
    const kind = checkedKind(identity.kind)
    const name = cleanName(identity.name)
    await insertIdentity({ journal, clock }, tx, { id, kind, name, origin: identity.origin })
    return id
  }
  return {
    create: (tx, identity) => insert(tx, ids.next('idn'), identity),
    async ensureCompany(tx, name) {
      if (await find(tx.db, companyIdentity)) return companyIdentity
      return insert(tx, companyIdentity, { kind: 'company', name, origin: 'operator' })
    },
    async rename(tx, id, name, origin) {
      const { name: before } = await living(tx.db, id)
      const after = cleanName(name)
      if (before === after) return
      await journal.append(tx, {
        kind: 'identity.renamed',
        subject: id,
        origin,
        payload: { id, name: after, before },
      })
      await tx.db.updateTable('identities').set({ name: after }).where('id', '=', id).execute()
    },
    get: (id, tx) => find(tx?.db ?? store.read, id),
    list({ kind, after, limit }) {
      let select = store.read.selectFrom('identities').selectAll()
      if (kind !== undefined) select = select.where('kind', '=', kind)
      if (after !== undefined) select = select.where('id', '>', after)
      return select.orderBy('id').limit(pageSize(limit)).execute()
    },
  }
}

/** Writes a record whose parts are checked already. */
export async function insertIdentity(
  { journal, clock }: Pick<Foundation, 'journal' | 'clock'>,
  tx: Tx,
  { id, kind, name, origin }: NewIdentity & { readonly id: IdentityId },
): Promise<void> {
  await journal.append(tx, { kind: 'identity.created', subject: id, origin, payload: { id, kind, name } })
  await tx.db.insertInto('identities').values({ id, kind, name, made_at: clock.now(), forgotten_at: null }).execute()
}

/** The record of someone who exists and is not forgotten. Faults: `identity.unknown`, `vault.forgotten`. */
export async function living(
  db: Kysely<Tables>,
  id: IdentityId,
): Promise<Row<'identities'> & { readonly name: string }> {
  const row = await find(db, id)
  if (!row) refuse('identity.unknown', { handle: shown(id) })
  if (row.name === null) refuse('vault.forgotten', { identity: id })
  return { ...row, name: row.name }
}

/** A page's size within bounds: 1 to `largestPage`. */
export function pageSize(limit: number): number {
  return Math.max(1, Math.min(Math.floor(limit) || 1, largestPage))
}

const kindForm = /^[a-z][a-z0-9-]{0,39}$/

/** Whether a kind, of an identity or of what joins two, has the form of one. */
export function isKind(kind: string): boolean {
  return kindForm.test(kind)
}

function checkedKind(kind: string): string {
  if (!isKind(kind)) {
    const why = 'it is up to 40 lower-case letters, digits and hyphens, and starts with a letter'
    refuse('input.invalid', { what: `The kind "${shown(kind)}"`, why })
  }
  return kind
}

function find(db: Kysely<Tables>, id: IdentityId): Promise<Row<'identities'> | undefined> {
  return db.selectFrom('identities').selectAll().where('id', '=', id).executeTakeFirst()
}
