import type { Row } from '../../src/store/tables.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'

/** The pointers as the journal tells them, by external id. */
export function foldPointers(events: readonly StoredEvent[]): Row<'pointers'>[] {
  const pointers = new Map<string, Row<'pointers'>>()
  for (const event of events) {
    if (event.kind === 'identity.pointer-seen' && event.payload) {
      const { id, pointer, adapter, externalId, url, title, contentHash } = event.payload
      pointers.set(pointer, {
        ...{ id: pointer, identity_id: id, adapter, external_id: externalId, url, title, content_hash: contentHash },
        ...{ seen_at: event.at, source_seq: event.seq, state: 'unchecked', state_since: null, checked_seq: null },
      })
    }
    if (event.kind !== 'identity.pointers-checked' || !event.payload) continue
    for (const { pointer, state } of event.payload.checked) {
      const before = pointers.get(pointer)
      if (!before) throw new Error(`${pointer} was checked and never seen`)
      const same = before.state === state && before.state_since !== null
      const state_since = same ? before.state_since : event.at
      pointers.set(pointer, { ...before, state, state_since, checked_seq: event.seq })
    }
  }
  return [...pointers.values()].sort((a, b) => (a.external_id < b.external_id ? -1 : 1))
}
