import { createHmac, type KeyObject } from 'node:crypto'
import { compiled } from '../store/compiled.ts'
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
  /** Events by seq, in order. Those that do not exist are left out. */
  at(seqs: readonly number[]): Promise<StoredEvent[]>
  /** A page of events after `after`, in order. */
  page(query: EventQuery): Promise<StoredEvent[]>
  onCommitted(listener: (event: StoredEvent) => void): () => void
}

export interface EventQuery {
  readonly after: number
  /** At most 1000. */
  readonly limit: number
  readonly run?: RunId
  readonly subject?: IdentityId
  readonly kind?: EventKind
}

/** The MAC before the first event. */
export const genesis = Buffer.alloc(32)
const largestPage = 1000

export function openJournal(store: Store, vault: Vault, clock: Clock): Journal {
  const heads = new WeakMap<object, Head>()
  const listeners = new Set<(event: StoredEvent) => void>()
  return {
    async append(tx, draft) {
      const head = heads.get(tx.batch) ?? (await readHead(tx))
      const key = await vault.subjectKey(tx, draft.subject)
      const text = vault.mask(JSON.stringify(draft.payload))
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
      if (listeners.size > 0) {
        const event = stored(header, JSON.parse(text))
        tx.afterCommit(() => {
          for (const listener of listeners) listener(event)
        })
      }
      return header.seq
    },
    async at(seqs) {
      if (seqs.length === 0) return []
      const rows = await store.read
        .selectFrom('events')
        .selectAll()
        .where('seq', 'in', [...seqs])
        .orderBy('seq')
        .execute()
      return Promise.all(rows.map((row) => decrypt(vault, row)))
    },
    async page(query) {
      let select = store.read.selectFrom('events').selectAll().where('seq', '>', query.after)
      if (query.run !== undefined) select = select.where('run_id', '=', query.run)
      if (query.subject !== undefined) select = select.where('subject', '=', query.subject)
      if (query.kind !== undefined) select = select.where('kind', '=', query.kind)
      const rows = await select.orderBy('seq').limit(Math.min(query.limit, largestPage)).execute()
      return Promise.all(rows.map((row) => decrypt(vault, row)))
    },
    onCommitted(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

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

/** The event with its payload in clear; `payload: null` when its subject's key is destroyed or the text was changed. */
export async function decrypt(vault: Vault, row: Row<'events'>): Promise<StoredEvent> {
  const key = await vault.readingKey(row.subject)
  const plain = key && unseal(key, row.payload)
  return stored(row, plain ? JSON.parse(plain.toString('utf8')) : null)
}

async function readHead(tx: Tx): Promise<Head> {
  const last = await tx.db
    .selectFrom('events')
    .select(['seq', 'mac'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last ?? { seq: 0, mac: genesis }
}

function stored(header: Omit<Unlinked, 'payload'>, payload: unknown): StoredEvent {
  const { seq, at, kind, version, subject, run_id, task_id, origin } = header
  return { seq, at, kind, version, subject, origin, run: run_id, task: task_id, payload } as StoredEvent
}
