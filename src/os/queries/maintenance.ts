import type { Fault } from '../../values/fault.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'

/** Something that the operator has to mend outside; it closes by itself once a look at the adapter finds all well. */
export interface Maintenance {
  readonly adapter: string
  readonly fault: Fault
  readonly openedAt: Instant
}

// One for each adapter: nobody has more of them.
const mostShown = 100

/** What is open, oldest first: at most one for each adapter. */
export async function openMaintenance(os: Os): Promise<Maintenance[]> {
  const rows = await os.store.read
    .selectFrom('maintenance')
    .select(['opened_seq', 'adapter', 'opened_at'])
    .where('closed_at', 'is', null)
    .limit(mostShown)
    .execute()
  const events = new Map((await os.journal.at(rows.map((row) => row.opened_seq))).map((event) => [event.seq, event]))
  return rows
    .flatMap(({ opened_seq, adapter, opened_at: openedAt }) => {
      const event = events.get(opened_seq)
      return event?.kind === 'maintenance.opened' && event.payload
        ? [{ adapter, fault: event.payload.fault, openedAt }]
        : []
    })
    .sort((a, b) => a.openedAt - b.openedAt)
}
