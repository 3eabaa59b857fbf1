import { sql } from 'kysely'
import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Clock, Instant } from '../values/time.ts'
import { close } from './decide.ts'
import { maxBatchOfGates } from './gate.ts'

// Literals, not parameters: SQLite takes the partial index `gates_due` only when it sees its terms.
const open = sql.lit('open' as const)
const reject = sql.lit('reject' as const)

/** See `Gates.expire`. */
export async function expire(
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  tx: Tx,
): Promise<Row<'gates'>[]> {
  const now = clock.now()
  const rows = await tx.db
    .selectFrom('gates')
    .selectAll()
    .where('state', '=', open)
    .where('otherwise', '=', reject)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(maxBatchOfGates)
    .execute()
  for (const row of rows) {
    const { id, subject, run_id: run, task_id: task } = row
    const payload = { gate: id }
    const seq = await journal.append(tx, { kind: 'gate.expired', subject, origin: 'system', run, task, payload })
    await close(tx, row, { verdict: 'expired', by: 'system', at: now, seq, content_hash: null })
  }
  return rows
}

/** See `Gates.nextDue`. */
export async function nextDue(store: Store): Promise<Instant | undefined> {
  const row = await store.read
    .selectFrom('gates')
    .select('due_at')
    .where('state', '=', open)
    .where('otherwise', '=', reject)
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? undefined
}
