import { compiled } from '../../store/compiled.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Seq } from '../../store/tables.ts'
import type { IdentityId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import { distilledKinds } from './stretch.ts'

/** The oldest event that waits for being distilled, and how far its identity has come. */
export interface Waiting {
  readonly seq: Seq
  readonly at: Instant
  readonly identity: IdentityId
  /** The kind of the identity. */
  readonly of: string
  readonly after: Seq
}

/** What still waits for being distilled, of all identities. */
export interface Backlog {
  /** The first in the journal; all events before it that can be distilled are. `undefined`: none waits. */
  first(): Promise<Waiting | undefined>
  /** Identities of which something waits that was recorded before this instant, at most so many; further ones are found later. */
  identities(before: Instant, limit: number): Promise<Waiting[]>
  /** Remembers what was passed by, so that nobody passes it by again. Losing it costs time only. */
  keepPlace(tx: Tx): Promise<void>
}

/** Where in `meta` stands how far each kind was passed by, as JSON. */
const placeRow = 'distil.place'
// 1 ms of reading at once; then others have their turn.
const rowsAPage = 200

/**
 * Walks each kind of event by its own index, past what is distilled already: an identity's cursor says so. What is passed by once
 * stays passed by, for cursors only grow and the forgotten stay so.
 */
export function openBacklog(store: Store): Backlog {
  let places: Map<string, Seq> | undefined
  return {
    async first() {
      places ??= await readPlaces(store)
      let first: Waiting | undefined
      for (const kind of distilledKinds) {
        const found = await firstOf(store, kind, places)
        if (found && (first === undefined || found.seq < first.seq)) first = found
      }
      return first
    },
    async identities(before, limit) {
      places ??= await readPlaces(store)
      const found = new Map<IdentityId, Waiting>()
      for (const kind of distilledKinds) await gather(store, kind, places.get(kind) ?? 0, { before, limit, found })
      return [...found.values()].sort((one, other) => one.seq - other.seq).slice(0, limit)
    },
    async keepPlace(tx) {
      if (!places) return
      const value = JSON.stringify(Object.fromEntries(places))
      await tx.db
        .insertInto('meta')
        .values({ name: placeRow, value })
        .onConflict((clash) => clash.column('name').doUpdateSet({ value }))
        .execute()
    },
  }
}

async function readPlaces({ read }: Store): Promise<Map<string, Seq>> {
  const row = await read.selectFrom('meta').select('value').where('name', '=', placeRow).executeTakeFirst()
  return new Map(Object.entries(row ? (JSON.parse(row.value) as Record<string, Seq>) : {}))
}

const pageOf = compiled((db, given: { kind: string; after: Seq; limit: number }) =>
  db
    .selectFrom('events')
    .leftJoin('identities', 'identities.id', 'events.subject')
    .leftJoin('distilled', 'distilled.identity_id', 'events.subject')
    .select([
      'events.seq',
      'events.at',
      'events.subject',
      'identities.kind as of',
      'identities.forgotten_at',
      'distilled.until_seq',
    ])
    .where('events.kind', '=', given.kind)
    .where('events.seq', '>', given.after)
    .orderBy('events.seq')
    .limit(given.limit),
)

// Of a long backlog the beginning is enough: whoever asks is told that there is more.
const mostPages = 50

async function gather(
  store: Store,
  kind: string,
  from: Seq,
  { before, limit, found }: { before: Instant; limit: number; found: Map<IdentityId, Waiting> },
): Promise<void> {
  let after = from
  let own = 0
  for (let page = 0; page < mostPages && own < limit; page += 1) {
    const rows = await pageOf.all(store.read, { kind, after, limit: rowsAPage })
    for (const row of rows) {
      const waiting = waitingIn(row)
      if (!waiting || waiting.at >= before) continue
      const known = found.get(waiting.identity)
      if (!known || waiting.seq < known.seq) found.set(waiting.identity, waiting)
      if (!known) own += 1
    }
    if (rows.length < rowsAPage) return
    after = rows.at(-1)?.seq ?? after
    await new Promise((resolve) => setImmediate(resolve))
  }
}

type PageRow = Awaited<ReturnType<typeof pageOf.all>>[number]

function waitingIn({ seq, at, subject: identity, of, forgotten_at, until_seq }: PageRow): Waiting | undefined {
  const after = until_seq ?? 0
  return of !== null && forgotten_at === null && seq > after ? { seq, at, identity, of, after } : undefined
}

async function firstOf(store: Store, kind: string, places: Map<string, Seq>): Promise<Waiting | undefined> {
  for (;;) {
    const rows = await pageOf.all(store.read, { kind, after: places.get(kind) ?? 0, limit: rowsAPage })
    for (const row of rows) {
      const waiting = waitingIn(row)
      if (waiting) return waiting
      places.set(kind, row.seq)
    }
    if (rows.length < rowsAPage) return undefined
    await new Promise((resolve) => setImmediate(resolve))
  }
}
