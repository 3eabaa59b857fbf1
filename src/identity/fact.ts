import type { Tx } from '../store/store.ts'
import type { Row, Seq } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { FactId, IdentityId, RunId, TaskId } from '../values/id.ts'
import { canonical, type Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import { type Foundation, living, pageSize } from './identity.ts'
import { shown } from './text.ts'

export interface NewFact {
  readonly identity: IdentityId
  /** `role`, `first-name`: what the fact is about. */
  readonly key: string
  readonly value: Json
  readonly origin: Origin
  /** Between 0 and 1; 1 when not said. */
  readonly confidence?: number
  readonly validFrom?: Instant
  readonly validUntil?: Instant
  readonly run?: RunId
  readonly task?: TaskId
}

export interface Fact {
  readonly id: FactId
  readonly identity: IdentityId
  readonly key: string
  readonly value: Json
  /** The event that recorded it. */
  readonly source: Seq
  readonly origin: Origin
  readonly confidence: number
  readonly recordedAt: Instant
  readonly validFrom: Instant | null
  readonly validUntil: Instant | null
  readonly supersededBy: FactId | null
}

/** What is known of an identity. A newer fact supersedes the current one of its key; nothing is erased. */
export interface Facts {
  /** Faults: `input.invalid`, `input.too-large`, `identity.unknown`, `vault.forgotten`. */
  record(tx: Tx, fact: NewFact): Promise<FactId>
  /** The current facts of an identity in the order of their keys: a page after the key `after`. */
  current(of: IdentityId, page: { readonly after?: string; readonly limit: number }, tx?: Tx): Promise<Fact[]>
  /** Every fact of one key, the newest first: a page before the source `before`. */
  history(of: IdentityId, key: string, page: { readonly before?: Seq; readonly limit: number }): Promise<Fact[]>
}

/** UTF-16 units of canonical JSON: a fact is a line of a snapshot, not a document; those stay behind pointers. */
export const maxFactLength = 16_384
const maxKeyLength = 80

export function openFacts(foundation: Foundation): Facts {
  const { store } = foundation
  return {
    async record(tx, fact) {
      checkFact(fact)
      await living(tx.db, fact.identity)
      return insertFact(foundation, tx, fact)
    },
    async current(of, { after, limit }, tx) {
      let select = (tx?.db ?? store.read)
        .selectFrom('facts')
        .selectAll()
        .where('identity_id', '=', of)
        .where('superseded_by', 'is', null)
      if (after !== undefined) select = select.where('key', '>', after)
      return (await select.orderBy('key').limit(pageSize(limit)).execute()).map(toFact)
    },
    async history(of, key, { before, limit }) {
      let select = store.read.selectFrom('facts').selectAll().where('identity_id', '=', of).where('key', '=', key)
      if (before !== undefined) select = select.where('source_seq', '<', before)
      return (await select.orderBy('source_seq', 'desc').limit(pageSize(limit)).execute()).map(toFact)
    },
  }
}

/** A column's head or any other words as a key: `First Name` is `first-name`. Empty when nothing is left. */
export function factKey(text: string): string {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return words.join('-').slice(0, maxKeyLength)
}

/** Writes a fact that is checked already, and ends the current one of its key. */
export async function insertFact(
  { journal, clock, ids }: Foundation,
  tx: Tx,
  { identity, key, value, origin, confidence = 1, validFrom, validUntil, run, task }: NewFact,
): Promise<FactId> {
  const id = ids.next('fct')
  const payload = { id: identity, fact: id, key, value, confidence }
  const at = { ...(run === undefined ? {} : { run }), ...(task === undefined ? {} : { task }) }
  const seq = await journal.append(tx, { kind: 'identity.fact-recorded', subject: identity, origin, ...at, payload })
  // Only one fact of a key may be current: the old one ends (pointing to itself) before the new one is there to point to.
  const old = await tx.db
    .updateTable('facts')
    .set((eb) => ({ superseded_by: eb.ref('id') }))
    .where('identity_id', '=', identity)
    .where('key', '=', key)
    .where('superseded_by', 'is', null)
    .returning('id')
    .executeTakeFirst()
  await tx.db
    .insertInto('facts')
    .values({
      id,
      identity_id: identity,
      key,
      value: canonical(value),
      source_seq: seq,
      origin,
      confidence,
      recorded_at: clock.now(),
      valid_from: validFrom ?? null,
      valid_until: validUntil ?? null,
      superseded_by: null,
    })
    .execute()
  if (old) await tx.db.updateTable('facts').set({ superseded_by: id }).where('id', '=', old.id).execute()
  return id
}

const keyForm = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u

function checkFact({ key, value, confidence = 1, validFrom, validUntil }: NewFact): void {
  const what = `The fact "${shown(key)}"`
  if (key.length > maxKeyLength || !keyForm.test(key)) {
    refuse('input.invalid', {
      what,
      why: `its key is up to ${maxKeyLength} letters, digits, dots, hyphens and underscores`,
    })
  }
  if (!(confidence >= 0 && confidence <= 1)) refuse('input.invalid', { what, why: 'confidence is between 0 and 1' })
  if (validFrom !== undefined && validUntil !== undefined && validUntil < validFrom) {
    refuse('input.invalid', { what, why: 'it ends before it begins' })
  }
  const { length } = canonical(value)
  if (length > maxFactLength) {
    refuse('input.too-large', { what, size: `${length} characters`, limit: `${maxFactLength} characters` })
  }
}

/** A row of the table as a fact. */
export function toFact(row: Row<'facts'>): Fact {
  return {
    id: row.id,
    identity: row.identity_id,
    key: row.key,
    value: JSON.parse(row.value) as Json,
    source: row.source_seq,
    origin: row.origin,
    confidence: row.confidence,
    recordedAt: row.recorded_at,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    supersededBy: row.superseded_by,
  }
}
