import type { Tx } from '../store/store.ts'
import { refuse } from '../values/fault.ts'
import { asId, companyIdentity, type GrantId } from '../values/id.ts'
import type { GrantFoundation } from './grant.ts'

/** See `Grants.withdraw`. */
export async function withdrawGrant({ journal, clock }: GrantFoundation, tx: Tx, grant: GrantId): Promise<void> {
  const row = await tx.db
    .selectFrom('grants')
    .select(['subject', 'withdrawn_at'])
    .where('id', '=', grant)
    .executeTakeFirst()
  if (!row) {
    const name = asId('grn', grant) ?? 'of that id'
    refuse('input.unknown', { kind: 'grant', name, nearest: '', command: 'soloist grant list' })
  }
  if (row.withdrawn_at !== null) refuse('grant.not-possible', { grant, state: 'withdrawn already' })
  const subject = row.subject ?? companyIdentity
  await journal.append(tx, { kind: 'grant.withdrawn', subject, origin: 'operator', payload: { grant } })
  await tx.db.updateTable('grants').set({ withdrawn_at: clock.now() }).where('id', '=', grant).execute()
}
