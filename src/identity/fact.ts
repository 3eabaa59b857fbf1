import type { Tx } from '../store/store.ts'
import type { Row, Seq } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import type { FactId, IdentityId, PointerId, RunId, TaskId } from '../values/id.ts'
import { canonical, type Json } from '../values/json.ts'
import { compareOrigins, type Origin, origins } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import { currentRows, disputedRows, dormantRows, historyRows, type KeyPage, strongerRows } from './current-fact.ts'
import { groupOf } from './group.ts'
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
  /** From when on it holds: until then, what was said before it does. */
  readonly validFrom?: Instant
  /** When it stops to hold. */
  readonly validUntil?: Instant
  /** The artifact that says so, where that is more than the event. */
  readonly pointer?: PointerId
  /** The events that it was taken from, where it was not told as it is. */
  readonly sources?: readonly Seq[]
  /** A count made again. It takes the place of our own one before although it counts external text now; never of the operator's word. */
  readonly recount?: true
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
  /** What stands in its place: a newer one, or an older one of a better origin. */
  readonly supersededBy: FactId | null
  readonly pointer: PointerId | null
}

/** Two sources that do not say the same. */
export interface Contradiction {
  readonly key: string
  /** What is taken for true. */
  readonly shown: Fact
  /** What it is taken for true against. */
  readonly other: Fact
  /** `sources`: two records of one say it. `confidence`: the newer is the less certain. `origin`: the newer is of a worse origin. */
  readonly why: 'sources' | 'confidence' | 'origin'
}

/**
 * What is known of an identity, under whatever record. A newer fact supersedes the current one of its key, unless that one is of a
 * better origin: then it is kept beside it, in dispute, until the operator says which it is. Nothing is erased. What is read is what
 * holds now: a fact that is over, or not valid yet, is listed apart.
 */
export interface Facts {
  /** Faults: `input.invalid`, `input.too-large`, `identity.unknown`, `vault.forgotten`. */
  record(tx: Tx, fact: NewFact): Promise<FactId>
  /** The current facts of an identity in the order of their keys: a page after the key `after`. */
  current(of: IdentityId, page: KeyPage, tx?: Tx): Promise<Fact[]>
  /** What speaks against the current facts of a page of keys. */
  contradictions(of: IdentityId, page: KeyPage): Promise<Contradiction[]>
  /**
   * What is in dispute in the whole company, the newest word first: a page before the source `before`, and the source that the next one
   * begins at. What merges and dates have settled meanwhile is left out, so a page may have less than `limit`.
   */
  disputes(page: { readonly before?: Seq; readonly limit: number }): Promise<{
    readonly items: readonly Contradiction[]
    readonly next: Seq | null
  }>
  /** The latest facts that are over, or not valid yet. At most `limit`. */
  dormant(of: IdentityId, limit: number): Promise<Fact[]>
  /** Every fact of one key, the newest first: a page before the source `before`. */
  history(of: IdentityId, key: string, page: { readonly before?: Seq; readonly limit: number }): Promise<Fact[]>
}

/** UTF-16 units of canonical JSON: a fact is a line of a snapshot, not a document; those stay behind pointers. */
export const maxFactLength = 16_384
const maxKeyLength = 80

export function openFacts(foundation: Foundation): Facts {
  const { store, clock } = foundation
  return {
    async record(tx, fact) {
      checkFact(fact)
      await living(tx.db, fact.identity)
      return insertFact(foundation, tx, fact)
    },
    async current(of, { limit, ...page }, tx) {
      const db = tx?.db ?? store.read
      const said = await currentRows(db, await groupOf(db, of), clock.now(), { ...page, limit: pageSize(limit) })
      return said.map(({ now }) => toFact(now))
    },
    async contradictions(of, { limit, ...page }) {
      const { read } = store
      const said = await currentRows(read, await groupOf(read, of), clock.now(), { ...page, limit: pageSize(limit) })
      const shown = said.map(({ now }) => now)
      const stronger = await strongerRows(read, shown)
      return said.flatMap(({ now, others, outranked }) => {
        const disagreeing = others.filter((other) => other.value !== now.value)
        const before = stronger.get(now.id)
        return [
          ...disagreeing.map((other) => contradiction(now, other, 'sources')),
          ...(before ? [contradiction(now, before, 'confidence')] : []),
          ...outranked.map((other) => contradiction(now, other, 'origin')),
        ]
      })
    },
    disputes: (page) => disputesIn(foundation, page),
    async dormant(of, limit) {
      const rows = await dormantRows(store.read, await groupOf(store.read, of), clock.now(), pageSize(limit))
      return rows.map(toFact)
    },
    async history(of, key, { limit, ...page }) {
      const group = await groupOf(store.read, of)
      return (await historyRows(store.read, group, key, { ...page, limit: pageSize(limit) })).map(toFact)
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

/** Writes a fact that is checked already. It ends the current one of its key, or stands behind it where that is of a better origin. */
export async function insertFact({ journal, clock, ids }: Foundation, tx: Tx, fact: NewFact): Promise<FactId> {
  const { identity, key, value, origin, confidence = 1, validFrom, validUntil, pointer, run, task } = fact
  const id = ids.next('fct')
  const at = { ...(run === undefined ? {} : { run }), ...(task === undefined ? {} : { task }) }
  const payload = told(id, fact)
  const seq = await journal.append(tx, { kind: 'identity.fact-recorded', subject: identity, origin, ...at, payload })
  const current = await tx.db
    .selectFrom('facts')
    .select(['id', 'origin', 'source_seq'])
    .where('identity_id', '=', identity)
    .where('key', '=', key)
    .where('superseded_by', 'is', null)
    .executeTakeFirst()
  const counts = fact.recount && origin === 'external' ? 'system' : origin
  const outranked = current !== undefined && compareOrigins(current.origin, counts) < 0
  // Only one fact of a key may be current: the old one ends (pointing to itself) before the new one is there to point to.
  if (current && !outranked) await superseded(tx, current.id, current.id)
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
      superseded_by: outranked ? current.id : null,
      pointer_id: pointer ?? null,
    })
    .execute()
  if (current && !outranked) await superseded(tx, current.id, id)
  if (outranked) await supersedeDisputes(tx, current, { id, origin })
  return id
}

function told(fact: FactId, { identity: id, key, value, confidence = 1, ...rest }: NewFact) {
  const { validFrom, validUntil, pointer, sources, recount } = rest
  return {
    ...{ id, fact, key, value, confidence },
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(pointer === undefined ? {} : { pointer }),
    ...(sources === undefined ? {} : { sources }),
    ...(recount === undefined ? {} : { recount }),
  }
}

async function superseded(tx: Tx, fact: FactId, by: FactId): Promise<void> {
  await tx.db.updateTable('facts').set({ superseded_by: by }).where('id', '=', fact).execute()
}

/** Of each origin only the last word is in dispute with what stands: so there are never more than two. */
async function supersedeDisputes(
  tx: Tx,
  current: Pick<Row<'facts'>, 'id' | 'source_seq'>,
  { id, origin }: Pick<Fact, 'id' | 'origin'>,
): Promise<void> {
  const noBetter = origins.filter((one) => compareOrigins(one, origin) >= 0)
  await tx.db
    .updateTable('facts')
    .set({ superseded_by: id })
    .where('superseded_by', '=', current.id)
    .where('source_seq', '>', current.source_seq)
    .where('origin', 'in', noBetter)
    .where('id', '<>', id)
    .execute()
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

async function disputesIn(
  { store: { read }, clock }: Foundation,
  { limit, ...page }: { readonly before?: Seq; readonly limit: number },
): ReturnType<Facts['disputes']> {
  const most = pageSize(limit)
  const rows = await disputedRows(read, { ...page, limit: most })
  const items: Contradiction[] = []
  for (const row of rows) {
    const only = { only: row.key, limit: 1 }
    const [said] = await currentRows(read, await groupOf(read, row.identity_id), clock.now(), only)
    if (said?.outranked.some(({ id }) => id === row.id)) items.push(contradiction(said.now, row, 'origin'))
  }
  return { items, next: rows.length === most ? (rows.at(-1)?.source_seq ?? null) : null }
}

function contradiction(now: Row<'facts'>, other: Row<'facts'>, why: Contradiction['why']): Contradiction {
  return { key: now.key, shown: toFact(now), other: toFact(other), why }
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
    pointer: row.pointer_id,
  }
}
