import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row, Tables } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import { companyIdentity, type IdentityId, type MergeId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { type Group, groupOf, groupsOf, rootOf } from './group.ts'
import { maxHandles } from './handle.ts'
import { type Foundation, living } from './identity.ts'
import { leaveAgain } from './leave-again.ts'

export interface NewMerge {
  /** The record that stays in front. */
  readonly into: IdentityId
  readonly from: IdentityId
  /** Why they are the same, in sentences. */
  readonly evidence: readonly string[]
  readonly origin: Origin
}

export interface Unmerge {
  readonly merge: MergeId
  readonly why: string
  readonly origin: Origin
}

export interface Distinction {
  readonly one: IdentityId
  readonly other: IdentityId
  readonly why: string
  readonly origin: Origin
}

/**
 * Two records that are of one and the same. A merge is a row and nothing else: every record keeps its handles, facts, history and key,
 * and what is read of any of them is read of all. So each merge can be undone by itself, in any order.
 */
export interface Merges {
  /**
   * Merges the roots of two records. Faults: `identity.unknown`, `vault.forgotten`, `identity.unmergeable` for one and the same, two
   * kinds, an audience or the company, `input.too-large` for too many records or handles.
   */
  merge(tx: Tx, merge: NewMerge): Promise<MergeId>
  /**
   * What was merged is its own again, with all that was merged into it. Who had left an audience, and joined again under the name of
   * both, has left again. Faults: `identity.no-merge`, `vault.forgotten`.
   */
  unmerge(tx: Tx, unmerge: Unmerge): Promise<void>
  /**
   * They are two, and are not suggested as one again. Saying so twice changes nothing. Faults: `identity.unknown`, `vault.forgotten`,
   * `input.invalid` for what is merged.
   */
  distinguish(tx: Tx, distinction: Distinction): Promise<void>
  /** All the records of one, the root first. */
  group(id: IdentityId, tx?: Tx): Promise<Group>
  /** The groups of those of these that are in one with others; who is alone is left out. */
  groups(ids: readonly IdentityId[]): Promise<Map<IdentityId, Group>>
  /** The merges that hold a record's group together, the oldest first. */
  of(id: IdentityId, tx?: Tx): Promise<Row<'merges'>[]>
}

/** More records of one are a mistake of something that makes them. Each read of the group looks at all. */
const maxRecords = 50
const maxEvidence = 20
const maxSentence = 500

export function openMerges(foundation: Foundation): Merges {
  const { store, journal, ids } = foundation
  return {
    async merge(tx, { into: one, from: other, evidence, origin }) {
      const [into, from] = [await rootOf(tx.db, one), await rootOf(tx.db, other)]
      await checkPair(tx.db, into, from)
      await checkSize(tx.db, await groupOf(tx.db, into), await groupOf(tx.db, from))
      const id = ids.next('mrg')
      const payload = { merge: id, from, into, evidence: evidence.slice(0, maxEvidence).map(cut) }
      const seq = await journal.append(tx, { kind: 'identity.merged', subject: from, origin, payload })
      const row = { id, from_id: from, into_id: into, merged_seq: seq, undone_seq: null }
      await tx.db.insertInto('merges').values(row).execute()
      return id
    },
    async unmerge(tx, { merge, why, origin }) {
      const row = await tx.db.selectFrom('merges').selectAll().where('id', '=', merge).executeTakeFirst()
      if (!row || row.undone_seq !== null) refuse('identity.no-merge', { merge })
      const { from_id: from, into_id: into } = row
      await living(tx.db, from)
      const payload = { merge, from, into, why: cut(why) }
      const seq = await journal.append(tx, { kind: 'identity.unmerged', subject: from, origin, payload })
      await tx.db.updateTable('merges').set({ undone_seq: seq }).where('id', '=', merge).execute()
      const records = [...(await groupOf(tx.db, from)), ...(await groupOf(tx.db, into))]
      await leaveAgain(foundation, tx, { records, since: row.merged_seq, origin, why: `undone: ${merge}` })
    },
    async distinguish(tx, { one, other, why, origin }) {
      const roots = [await rootOf(tx.db, one), await rootOf(tx.db, other)]
      for (const root of roots) await living(tx.db, root)
      const [lesser, greater] = roots.toSorted() as [IdentityId, IdentityId]
      if (lesser === greater) refuse('input.invalid', { what: lesser, why: 'the two are merged; undo the merge first' })
      const known = await tx.db
        .selectFrom('distinctions')
        .select('seq')
        .where('one_id', '=', lesser)
        .where('other_id', '=', greater)
        .executeTakeFirst()
      if (known) return
      const payload = { one: lesser, other: greater, why: cut(why) }
      const seq = await journal.append(tx, { kind: 'identity.distinguished', subject: lesser, origin, payload })
      await tx.db.insertInto('distinctions').values({ one_id: lesser, other_id: greater, seq }).execute()
    },
    group: (id, tx) => groupOf(tx?.db ?? store.read, id),
    groups: (ids) => groupsOf(store.read, ids),
    async of(id, tx) {
      const db = tx?.db ?? store.read
      const group = await groupOf(db, id)
      if (group.length === 1) return []
      const found = await db
        .selectFrom('merges')
        .selectAll()
        .where('from_id', 'in', [...group])
        .where('undone_seq', 'is', null)
        .execute()
      return found.sort((a, b) => a.merged_seq - b.merged_seq)
    },
  }
}

async function checkPair(db: Kysely<Tables>, one: IdentityId, other: IdentityId): Promise<void> {
  const [{ kind }, { kind: otherKind }] = [await living(db, one), await living(db, other)]
  const no = (why: string): never => refuse('identity.unmergeable', { one, other, why })
  if (one === other) no('they are one already')
  if (one === companyIdentity || other === companyIdentity) no('one of them is the company itself')
  if (kind !== otherKind) no(`one is of the kind ${kind}, the other ${otherKind}`)
  // Who agreed to get one letter has not agreed to get the other.
  if (kind === 'audience') no('what people agreed to is one audience, not the other')
}

async function checkSize(db: Kysely<Tables>, into: Group, from: Group): Promise<void> {
  const records = into.length + from.length
  const what = 'The merged identity'
  if (records > maxRecords) refuse('input.too-large', { what, size: `${records} records`, limit: maxRecords })
  const { count } = await db
    .selectFrom('handles')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('identity_id', 'in', [...into, ...from])
    .executeTakeFirstOrThrow()
  if (Number(count) > maxHandles) refuse('input.too-large', { what, size: `${count} handles`, limit: maxHandles })
}

function cut(sentence: string): string {
  return sentence.slice(0, maxSentence)
}
