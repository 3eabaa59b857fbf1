import type { Kysely } from 'kysely'
import type { Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'

/** What was distilled in all, of all identities. */
export interface Totals {
  readonly identities: number
  readonly stretches: number
  readonly read: number
  readonly facts: number
  readonly dropped: Readonly<Record<string, number>>
}

/** Where in `meta` they stand, as JSON: counting them again would read the whole journal. */
const totalsRow = 'distil.totals'

const none: Totals = { identities: 0, stretches: 0, read: 0, facts: 0, dropped: {} }

export async function readTotals(db: Kysely<Tables>): Promise<Totals> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', totalsRow).executeTakeFirst()
  return row ? (JSON.parse(row.value) as Totals) : none
}

/** Adds a stretch, in the transaction that writes it down. */
export async function addToTotals(
  tx: Tx,
  { isFirst, read, facts, dropped }: Pick<Totals, 'read' | 'facts' | 'dropped'> & { readonly isFirst: boolean },
): Promise<void> {
  const before = await readTotals(tx.db)
  const sums = { ...before.dropped }
  for (const [kind, count] of Object.entries(dropped)) sums[kind] = (sums[kind] ?? 0) + count
  const value = JSON.stringify({
    identities: before.identities + (isFirst ? 1 : 0),
    stretches: before.stretches + 1,
    read: before.read + read,
    facts: before.facts + facts,
    dropped: sums,
  } satisfies Totals)
  await tx.db
    .insertInto('meta')
    .values({ name: totalsRow, value })
    .onConflict((clash) => clash.column('name').doUpdateSet({ value }))
    .execute()
}
