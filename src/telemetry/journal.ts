import { createHmac, type KeyObject } from 'node:crypto'
import { sql } from 'kysely'
import { compiled } from '../store/compiled.ts'
import { padded } from '../store/padded.ts'
import { seal, unseal } from '../store/seal.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Vault } from '../store/vault.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'
import { type Draft, type EventKind, eventVersion, type StoredEvent } from './event.ts'

/**
 * The journal: append-only, encrypted under each event's subject, chained. `append` writes within the caller's transaction
 * and gives the event's seq; listeners hear of it after the COMMIT, in order.
 */
export interface Journal {
  append(tx: Tx, draft: Draft): Promise<number>
  /** Events by seq, in order; within a transaction also its own. Those that do not exist are left out. */
  at(seqs: readonly number[], tx?: Tx): Promise<StoredEvent[]>
  /** A page of events after `after`, in order. */
  page(query: EventQuery): Promise<StoredEvent[]>
  onCommitted(listener: (event: StoredEvent) => void): () => void
}

export interface EventQuery {
  readonly after: number
  /** The last that may come. */
  readonly until?: number
  /** At most `largestPage`. */
  readonly limit: number
  readonly run?: RunId
  readonly subject?: IdentityId
  readonly kind?: EventKind
  /** Any of these; the journal is walked in order, so give an `until` that bounds the walk. */
  readonly kinds?: readonly EventKind[]
}

/** The MAC before the first event. */
export const genesis = Buffer.alloc(32)
/** Most events of a page. */
const largestPage = 1000

export function openJournal(store: Store, vault: Vault, clock: Clock): Journal {
  const heads = new WeakMap<object, Head>()
  // What a batch wrote itself it also reads again (the output of a task is that of its run): not worth deciphering.
  const fresh = new WeakMap<object, Map<number, StoredEvent>>()
  const listeners = new Set<(event: StoredEvent) => void>()
  return {
    async append(tx, draft) {
      const head = heads.get(tx.batch) ?? (await readHead(tx))
      const key = await vault.subjectKey(tx, draft.subject)
      const text = vault.maskJson(draft.payload)
      const header = {
        seq: head.seq + 1,
        at: clock.now(),
        kind: draft.kind,
        version: eventVersion,
        subject: draft.subject,
        run_id: draft.run ?? null,
        task_id: draft.task ?? null,
        origin: draft.origin,
      }
      const payload = seal(key, Buffer.from(text, 'utf8'))
      const mac = link(vault.chainKey, head.mac, { ...header, payload })
      await insertEvent.run(tx.db, { ...header, payload, mac })
      heads.set(tx.batch, { seq: header.seq, mac })
      const event = written(header, text)
      fresh.set(tx.batch, (fresh.get(tx.batch) ?? new Map()).set(header.seq, event))
      if (listeners.size > 0) {
        tx.afterCommit(() => {
          for (const listener of listeners) listener(event)
        })
      }
      return header.seq
    },
    async at(seqs, tx) {
      const wanted = [...new Set(seqs)].sort((a, b) => a - b)
      const own = tx && fresh.get(tx.batch)
      if (own && wanted.every((seq) => own.has(seq))) return wanted.map((seq) => own.get(seq)!)
      const events: StoredEvent[] = []
      for (let start = 0; start < wanted.length; start += largestPage) {
        const some = wanted.slice(start, start + largestPage)
        events.push(...(await decryptAll(vault, await eventsAt(tx?.db ?? store.read, some))))
      }
      return events
    },
    async page(query) {
      let select = store.read.selectFrom('events').selectAll().where('seq', '>', query.after)
      if (query.until !== undefined) select = select.where('seq', '<=', query.until)
      // The plus keeps SQLite from visiting each kind by itself and sorting what it finds.
      if (query.kinds) select = select.where(sql<string>`+kind`, 'in', query.kinds)
      if (query.run !== undefined) select = select.where('run_id', '=', query.run)
      if (query.subject !== undefined) select = select.where('subject', '=', query.subject)
      if (query.kind !== undefined) select = select.where('kind', '=', query.kind)
      return decryptAll(vault, await select.orderBy('seq').limit(Math.min(query.limit, largestPage)).execute())
    },
    onCommitted(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Mostly it is one: what a task or a run gave. */
function eventsAt(db: Tx['db'], seqs: readonly number[]): Promise<Row<'events'>[]> {
  const [seq] = seqs
  if (seq !== undefined && seqs.length === 1) return eventAt.all(db, { seq })
  return db.selectFrom('events').selectAll().where('seq', 'in', padded(seqs)).orderBy('seq').execute()
}

const eventAt = compiled((db, given: { seq: number }) =>
  db.selectFrom('events').selectAll().where('seq', '=', given.seq),
)

/** The last event's seq and MAC. */
export const headOf = compiled((db, _given: object) =>
  db
    .selectFrom('events')
    .select(['seq', 'mac'])
    .where('seq', '=', (query) => query.selectFrom('events').select((row) => row.fn.max('seq').as('seq'))),
)

const insertEvent = compiled((db, given: Row<'events'>) =>
  db.insertInto('events').values({
    seq: given.seq,
    at: given.at,
    kind: given.kind,
    version: given.version,
    subject: given.subject,
    run_id: given.run_id,
    task_id: given.task_id,
    origin: given.origin,
    payload: given.payload,
    mac: given.mac,
  }),
)

interface Head {
  readonly seq: number
  readonly mac: Uint8Array
}
type Unlinked = Omit<Row<'events'>, 'mac'>

/** The MAC of an event: over the MAC before it, all its columns, and the ciphertext. */
export function link(chainKey: KeyObject, before: Uint8Array, event: Unlinked): Buffer {
  const { payload, ...header } = event
  const { seq, at, kind, version, subject, run_id, task_id, origin } = header
  return createHmac('sha256', chainKey)
    .update(before)
    .update(JSON.stringify([seq, at, kind, version, subject, run_id, task_id, origin]))
    .update(payload)
    .digest()
}

// The events with their payload in clear (null when the subject's key is destroyed or the text was changed), with one query for all keys.
async function decryptAll(vault: Vault, rows: readonly Row<'events'>[]): Promise<StoredEvent[]> {
  const keys = await vault.readingKeys(rows.map((row) => row.subject))
  return rows.map((row) => open(keys.get(row.subject), row))
}

function open(key: KeyObject | undefined, row: Row<'events'>): StoredEvent {
  const plain = key && unseal(key, row.payload)
  return stored(row, plain ? JSON.parse(plain.toString('utf8')) : null)
}

/** An event just written. Its payload is what a reader would get, parsed when the first one looks at it. */
function written(header: Omit<Unlinked, 'payload'>, text: string): StoredEvent {
  const { seq, at, kind, version, subject, run_id, task_id, origin } = header
  let payload: unknown
  return {
    seq,
    at,
    kind,
    version,
    subject,
    origin,
    run: run_id,
    task: task_id,
    get payload() {
      payload ??= JSON.parse(text)
      return payload
    },
  } as StoredEvent
}

async function readHead(tx: Tx): Promise<Head> {
  return (await headOf.first(tx.db, {})) ?? { seq: 0, mac: genesis }
}

function stored(header: Omit<Unlinked, 'payload'>, payload: unknown): StoredEvent {
  const { seq, at, kind, version, subject, run_id, task_id, origin } = header
  return { seq, at, kind, version, subject, origin, run: run_id, task: task_id, payload } as StoredEvent
}
