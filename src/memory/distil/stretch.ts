import { sql } from 'kysely'
import { compiled } from '../../store/compiled.ts'
import { padded } from '../../store/padded.ts'
import type { Store } from '../../store/store.ts'
import type { Seq } from '../../store/tables.ts'
import type { Card } from '../../telemetry/card.ts'
import type { EventKind, StoredEvent } from '../../telemetry/event.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { CommitmentId, EffectKey, GateId, IdentityId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'

/** What says something of an identity in short. All else of it (runs, tasks, steps) is how we worked, not what we know. */
export const distilledKinds = [
  'interaction.recorded',
  'gate.decided',
  'effect.done',
  'effect.refused',
  'identity.member-changed',
  'commitment.kept',
  'commitment.dropped',
] as const satisfies readonly EventKind[]

/** A piece of an identity's history that is made short at once. */
export interface Stretch {
  readonly identity: IdentityId
  /** The kind of the identity: `person`. */
  readonly of: string
  readonly from: Seq
  readonly until: Seq
  /** Those of the distilled kinds, in order; of what was forgotten nothing can be read, and nothing is here. */
  readonly events: readonly StoredEvent[]
  readonly around: Around
}

/** What the events only name. */
export interface Around {
  readonly actions: ReadonlyMap<EffectKey, string>
  readonly gates: ReadonlyMap<GateId, { readonly card: Card; readonly openedAt: Instant }>
  readonly promisers: ReadonlyMap<CommitmentId, 'us' | 'them'>
}

/** Whose history is read, and which part of it. */
export interface Wanted {
  readonly identity: IdentityId
  readonly of: string
  /** Events after this one … */
  readonly after: Seq
  /** … that were recorded before this instant. */
  readonly before: Instant
  /** … and up to this one. */
  readonly through?: Seq
  /** At most so many of the distilled kinds; 100 when not said. */
  readonly most?: number
}

interface Parts {
  readonly store: Store
  readonly journal: Journal
}

// A stretch is read, thought about and written while others want to work: 100 letters of six sentences take some 20 ms in all.
const mostEvents = 100
const mostBytes = 128 * 1024
const rowsAPage = 500
// What lies between (an identity that many runs are about) is passed by, not read; a stretch ends there.
const mostPages = 20

/** The next stretch, or `undefined` where nothing is to be distilled. Ends before the first event that is too young. */
export async function readStretch(parts: Parts, wanted: Wanted): Promise<Stretch | undefined> {
  const { seqs, until } = await scan(parts.store, wanted)
  if (seqs.length === 0) return undefined
  const events = (await parts.journal.at(seqs)).filter(({ payload }) => payload !== null)
  const { identity, of, after } = wanted
  return { identity, of, from: after + 1, until, events, around: await aroundOf(parts, events) }
}

const rowsOf = compiled((db, given: { subject: IdentityId; after: Seq; limit: number }) =>
  db
    .selectFrom('events')
    .select(['seq', 'kind', 'at', sql<number>`length(payload)`.as('size')])
    .where('subject', '=', given.subject)
    .where('seq', '>', given.after)
    .orderBy('seq')
    .limit(given.limit),
)
const telling: ReadonlySet<string> = new Set(distilledKinds)

async function scan(
  store: Store,
  { identity, after, before, through = Number.MAX_SAFE_INTEGER, most = mostEvents }: Wanted,
): Promise<{ seqs: Seq[]; until: Seq }> {
  const seqs: Seq[] = []
  let until = after
  let bytes = 0
  for (let page = 0; seqs.length === 0 || page < mostPages; page += seqs.length === 0 ? 0 : 1) {
    const rows = await rowsOf.all(store.read, { subject: identity, after: until, limit: rowsAPage })
    for (const { seq, kind, at, size } of rows) {
      if (at >= before || seq > through) return { seqs, until }
      if (telling.has(kind)) {
        if (seqs.length === most || (seqs.length > 0 && bytes + size > mostBytes)) return { seqs, until }
        seqs.push(seq)
        bytes += size
      }
      until = seq
    }
    if (rows.length < rowsAPage) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { seqs, until }
}

async function aroundOf({ store, journal }: Parts, events: readonly StoredEvent[]): Promise<Around> {
  const keys: EffectKey[] = []
  const gates: GateId[] = []
  const promises: CommitmentId[] = []
  for (const { kind, payload } of events) {
    if (kind === 'effect.done' || kind === 'effect.refused') keys.push(payload!.key)
    if (kind === 'gate.decided') gates.push(payload!.gate)
    if (kind === 'commitment.kept' || kind === 'commitment.dropped') promises.push(payload!.commitment)
  }
  return {
    actions: await actionsOf(store, keys),
    gates: await gatesOf({ store, journal }, gates),
    promisers: await promisersOf(store, promises),
  }
}

async function actionsOf({ read }: Store, keys: readonly EffectKey[]): Promise<Around['actions']> {
  if (keys.length === 0) return new Map()
  const rows = await read.selectFrom('effects').select(['key', 'action']).where('key', 'in', padded(keys)).execute()
  return new Map(rows.map(({ key, action }) => [key, action]))
}

async function promisersOf({ read }: Store, ids: readonly CommitmentId[]): Promise<Around['promisers']> {
  if (ids.length === 0) return new Map()
  const rows = await read.selectFrom('commitments').select(['id', 'by']).where('id', 'in', padded(ids)).execute()
  return new Map(rows.map(({ id, by }) => [id, by]))
}

async function gatesOf({ store, journal }: Parts, ids: readonly GateId[]): Promise<Around['gates']> {
  if (ids.length === 0) return new Map()
  const rows = await store.read.selectFrom('gates').select(['opened_seq']).where('id', 'in', padded(ids)).execute()
  const opened = await journal.at(rows.map((row) => row.opened_seq))
  return new Map(
    opened.flatMap((event) =>
      event.kind === 'gate.opened' && event.payload
        ? [[event.payload.gate, { card: event.payload.card, openedAt: event.at }] as const]
        : [],
    ),
  )
}
