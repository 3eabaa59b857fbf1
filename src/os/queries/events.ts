import type { EventKind, StoredEvent } from '../../telemetry/event.ts'
import type { IdentityId, RunId, TaskId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Origin } from '../../values/origin.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'

/** An event as the desk gives it out. `payload` is `null` when its subject has been forgotten. */
export interface EventView {
  readonly seq: number
  readonly at: Instant
  readonly kind: string
  readonly subject: IdentityId
  readonly run: RunId | null
  readonly task: TaskId | null
  readonly origin: Origin
  readonly payload: Json
}

export interface EventFilter {
  readonly after: number
  readonly limit: number
  readonly run?: RunId | undefined
  readonly subject?: IdentityId | undefined
  readonly kind?: string | undefined
}

/** Events after a place in the journal, in order; `next` is the `after` of the next page. */
export async function listEvents(os: Os, filter: EventFilter): Promise<{ items: EventView[]; next: number | null }> {
  const events = await os.journal.page({
    after: filter.after,
    limit: filter.limit,
    ...(filter.run === undefined ? {} : { run: filter.run }),
    ...(filter.subject === undefined ? {} : { subject: filter.subject }),
    ...(filter.kind === undefined ? {} : { kind: filter.kind as EventKind }),
  })
  const last = events.at(-1)
  return { items: events.map(eventView), next: events.length === filter.limit && last ? last.seq : null }
}

export function eventView(event: StoredEvent): EventView {
  const { seq, at, kind, subject, run, task, origin } = event
  return { seq, at, kind, subject, run, task, origin, payload: event.payload as unknown as Json }
}

/** The seq of the last event; 0 in an empty journal. */
export async function lastSeq(os: Os): Promise<number> {
  const row = await os.store.read.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.seq ?? 0
}
