import type { Fault } from '../../values/fault.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'

/** Something that the operator has to mend or look after; it closes by itself once all is well. */
export interface Maintenance {
  /** `adapter:NAME`, `workflow:NAME` or `agent:NAME`. */
  readonly about: string
  readonly fault: Fault
  readonly openedAt: Instant
}

// At most one for each adapter, workflow and agent: nobody has more of them.
const mostShown = 200

/** What is open, oldest first: at most one for each adapter and automation. */
export async function openMaintenance(os: Pick<Os, 'store' | 'journal'>): Promise<Maintenance[]> {
  const rows = await os.store.read
    .selectFrom('maintenance')
    .select(['opened_seq', 'about', 'opened_at'])
    .where('closed_at', 'is', null)
    .limit(mostShown)
    .execute()
  const events = new Map((await os.journal.at(rows.map((row) => row.opened_seq))).map((event) => [event.seq, event]))
  return rows
    .flatMap(({ opened_seq, about, opened_at: openedAt }) => {
      const event = events.get(opened_seq)
      return event?.kind === 'maintenance.opened' && event.payload
        ? [{ about, fault: event.payload.fault, openedAt }]
        : []
    })
    .sort((a, b) => a.openedAt - b.openedAt)
}
