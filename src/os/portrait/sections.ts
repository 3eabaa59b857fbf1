import type { Kernel } from '../../executor/kernel.ts'
import type { Row } from '../../store/tables.ts'
import type { EventKind, StoredEvent } from '../../telemetry/event.ts'
import type { IdentityId } from '../../values/id.ts'
import { isoInstant } from '../../values/time.ts'
import { type Item, paged, pageSize } from './item.ts'
import { commitmentsOf, factsOf, membershipsOf, relationsOf } from './known.ts'
import { lettersOf, runsOf } from './work.ts'

/** A part of what is held of someone. */
export interface Section {
  readonly name: string
  readonly title: string
  items(id: IdentityId): AsyncIterable<Item>
}

/** All that is held on one record, part by part, in pages. */
export function sectionsOf(kernel: Kernel): readonly Section[] {
  return [
    { name: 'facts', title: 'Facts, with those that newer ones replaced', items: (id) => factsOf(kernel, id) },
    { name: 'memberships', title: 'Member of', items: (id) => membershipsOf(kernel, id) },
    { name: 'relations', title: 'Relations', items: (id) => relationsOf(kernel, id) },
    { name: 'commitments', title: 'Promises', items: (id) => commitmentsOf(kernel, id) },
    { name: 'interactions', title: 'What was said', items: (id) => interactionsOf(kernel, id) },
    { name: 'letters', title: 'What was sent or done', items: (id) => lettersOf(kernel, id) },
    { name: 'runs', title: 'Work about them', items: (id) => runsOf(kernel, id) },
    { name: 'pointers', title: 'Documents kept elsewhere', items: (id) => pointersOf(kernel, id) },
    { name: 'events', title: 'Every event of the journal', items: (id) => eventsOf(kernel, id) },
  ]
}

function eventPages({ journal }: Kernel, subject: IdentityId, kind?: EventKind): AsyncGenerator<StoredEvent> {
  const about = { subject, limit: pageSize, ...(kind === undefined ? {} : { kind }) }
  return paged((after) => journal.page({ ...about, after: after?.seq ?? 0 }))
}

async function* interactionsOf(kernel: Kernel, id: IdentityId): AsyncGenerator<Item> {
  for await (const event of eventPages(kernel, id, 'interaction.recorded')) {
    if (event.kind !== 'interaction.recorded' || event.payload === null) continue
    const { happenedAt, channel, by, who, text } = event.payload
    const speaker = who ?? (by === 'us' ? 'we' : 'they')
    yield { data: { ...event.payload }, line: `${isoInstant(happenedAt)}, ${channel}, ${speaker}: ${text}` }
  }
}

async function* pointersOf({ identities }: Kernel, id: IdentityId): AsyncGenerator<Item> {
  const rows = paged((after: Row<'pointers'> | undefined) =>
    identities.pointers.list(id, { ...(after ? { after } : {}), limit: pageSize }),
  )
  for await (const { adapter, external_id: externalId, title, url, seen_at } of rows) {
    yield {
      data: { adapter, externalId, title, url, seenAt: isoInstant(seen_at) },
      line: `${title ?? externalId} (${adapter}): ${url ?? externalId}`,
    }
  }
}

async function* eventsOf(kernel: Kernel, id: IdentityId): AsyncGenerator<Item> {
  for await (const { seq, at, kind, origin, run, payload } of eventPages(kernel, id)) {
    yield { data: { seq, at: isoInstant(at), kind, origin, run, payload }, line: null }
  }
}
