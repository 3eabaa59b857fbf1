import type { Kernel } from '../executor/kernel.ts'
import type { Tx } from '../store/store.ts'
import type { Fault } from '../values/fault.ts'
import { companyIdentity } from '../values/id.ts'

/**
 * Keeps what a look at an adapter (`adapter:NAME`) or an automation (`workflow:NAME`, `agent:NAME`) found. What does not pass by
 * itself (refused credentials, another shape of answers, too many failures) opens maintenance, once; a look that finds all well closes
 * it. An adapter that cannot be reached right now says neither.
 */
export async function noteMaintenance(
  { store, journal, clock }: Pick<Kernel, 'store' | 'journal' | 'clock'>,
  about: string,
  found: Fault | null,
): Promise<void> {
  if (found !== null && found.retry !== 'never') return
  await store.write(async (tx) => {
    const open = await openFor(tx, about)
    if (open?.code === found?.code) return
    if (open) {
      const payload = { about, opened: open.opened_seq }
      const seq = await journal.append(tx, { kind: 'maintenance.closed', ...bySystem, payload })
      await tx.db
        .updateTable('maintenance')
        .set({ closed_seq: seq, closed_at: clock.now() })
        .where('opened_seq', '=', open.opened_seq)
        .execute()
    }
    if (found === null) return
    const payload = { about, fault: found }
    const seq = await journal.append(tx, { kind: 'maintenance.opened', ...bySystem, payload })
    const row = {
      opened_seq: seq,
      about,
      code: found.code,
      opened_at: clock.now(),
      closed_seq: null,
      closed_at: null,
    }
    await tx.db.insertInto('maintenance').values(row).execute()
  })
}

const bySystem = { subject: companyIdentity, origin: 'system' } as const

function openFor(tx: Tx, about: string) {
  return tx.db
    .selectFrom('maintenance')
    .select(['opened_seq', 'code'])
    .where('about', '=', about)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}
