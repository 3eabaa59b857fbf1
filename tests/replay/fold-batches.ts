import type { Row } from '../../src/store/tables.ts'
import { known, type Told } from './told.ts'

/** Turns that were sent to wait in a batch, as the journal tells them. */
export function foldBatches(events: readonly Told[]): Row<'batches'>[] {
  const rows = new Map<string, Row<'batches'>>()
  for (const event of events) {
    if (event.kind === 'batch.intended' && event.task !== null) {
      const { id, step, round, model, reservation } = event.payload
      const at = { intended_at: event.at, ended_at: null }
      rows.set(id, {
        ...{ id, task_id: event.task, round, step, model, batch: null, reservation_id: reservation, state: 'intended' },
        ...at,
      } as Row<'batches'>)
    } else if (event.kind === 'batch.sent') {
      const { id, batch } = event.payload
      rows.set(id, { ...known(rows.get(id), id), state: 'sent', batch })
    } else if (event.kind === 'batch.ended') {
      const { id, how } = event.payload
      rows.set(id, { ...known(rows.get(id), id), state: how, ended_at: event.at })
    }
  }
  return [...rows.values()]
}
