import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { IdentityId, RelationId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { type Group, groupOf } from './group.ts'
import { type Foundation, isKind, living, pageSize } from './identity.ts'
import { shown } from './text.ts'

/** The relations that Soloist itself knows. A company may have its own, of the same form. */
export const relationKinds = ['works-at', 'client-of', 'subscribes-to'] as const
export type RelationKind = (typeof relationKinds)[number] | (string & {})

export interface NewRelation {
  readonly from: IdentityId
  readonly kind: RelationKind
  readonly to: IdentityId
  readonly origin: Origin
}

/** What one identity is to another: `Ana works-at Example`. */
export interface Relations {
  /** What stands already stays as it is. Faults: `input.invalid`, `identity.unknown`, `vault.forgotten`. */
  relate(tx: Tx, relation: NewRelation): Promise<RelationId>
  /** Over, and still known to have been. Faults: `identity.no-relation`, `vault.forgotten`. */
  end(tx: Tx, ending: { readonly relation: RelationId; readonly why: string; readonly origin: Origin }): Promise<void>
  /** The one of this kind that stands between two, under whatever record. */
  between(tx: Tx, relation: Omit<NewRelation, 'origin'>): Promise<RelationId | undefined>
  /** What stands from an identity and to it, under whatever record, the newest first. At most `limit` of each. */
  of(id: IdentityId, limit: number): Promise<{ readonly from: Row<'relations'>[]; readonly to: Row<'relations'>[] }>
}

const maxWhy = 2000

export function openRelations({ store, journal, clock, ids }: Foundation): Relations {
  return {
    async relate(tx, { from, kind, to, origin }) {
      const what = `The relation "${shown(kind)}"`
      if (!isKind(kind)) {
        const why = 'its kind is up to 40 lower-case letters, digits and hyphens, and starts with a letter'
        refuse('input.invalid', { what, why })
      }
      await living(tx.db, from)
      await living(tx.db, to)
      const [own, others] = [await groupOf(tx.db, from), await groupOf(tx.db, to)]
      if (own[0] === others[0]) refuse('input.invalid', { what, why: 'it is one of an identity to itself' })
      const known = await standing(tx.db, own, kind, others)
      if (known) return known
      const id = ids.next('tie')
      const payload = { relation: id, from, kind, to }
      const seq = await journal.append(tx, { kind: 'identity.related', subject: from, origin, payload })
      const row = { id, from_id: from, kind, to_id: to, origin, made_at: clock.now(), made_seq: seq, ended_seq: null }
      await tx.db.insertInto('relations').values(row).execute()
      return id
    },
    async end(tx, { relation, why, origin }) {
      const row = await tx.db.selectFrom('relations').selectAll().where('id', '=', relation).executeTakeFirst()
      if (!row || row.ended_seq !== null) refuse('identity.no-relation', { relation })
      await living(tx.db, row.from_id)
      const payload = { relation, why: why.slice(0, maxWhy) }
      const seq = await journal.append(tx, { kind: 'identity.unrelated', subject: row.from_id, origin, payload })
      await tx.db.updateTable('relations').set({ ended_seq: seq }).where('id', '=', relation).execute()
    },
    between: async (tx, { from, kind, to }) =>
      standing(tx.db, await groupOf(tx.db, from), kind, await groupOf(tx.db, to)),
    async of(id, limit) {
      const [root, ...others] = await groupOf(store.read, id)
      const list = (end: 'from_id' | 'to_id') => {
        const of = (one: IdentityId) =>
          store.read.selectFrom('relations').selectAll().where(end, '=', one).where('ended_seq', 'is', null)
        const all = others.reduce((union, one) => union.unionAll(of(one)), of(root))
        return all.orderBy('made_seq', 'desc').limit(pageSize(limit)).execute()
      }
      return { from: await list('from_id'), to: await list('to_id') }
    },
  }
}

async function standing(db: Kysely<Tables>, from: Group, kind: string, to: Group): Promise<RelationId | undefined> {
  const row = await db
    .selectFrom('relations')
    .select('id')
    .where('from_id', 'in', [...from])
    .where('kind', '=', kind)
    .where('to_id', 'in', [...to])
    .where('ended_seq', 'is', null)
    .executeTakeFirst()
  return row?.id
}
