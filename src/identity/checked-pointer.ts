import type { PointerState } from '../store/memory-rows.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { IdentityId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'

/** What was found where a pointer leads. */
export interface CheckedPointer {
  readonly pointer: Pick<Row<'pointers'>, 'id' | 'state' | 'state_since' | 'source_seq'>
  readonly state: PointerState
  readonly hash: string | null
  readonly why: string | null
}

/**
 * Writes down what became of artifacts of one identity (event `identity.pointers-checked`). Since when it is so is kept for as long as
 * it stays so. Of what was seen anew or forgotten while it was looked at, nothing is written: that is newer. Fault: `vault.forgotten`.
 */
export async function recordChecked(
  tx: Tx,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  id: IdentityId,
  looked: readonly CheckedPointer[],
): Promise<void> {
  const checked = await stillSo(tx, looked)
  if (checked.length === 0) return
  const payload = { id, checked: checked.map(({ pointer, ...found }) => ({ pointer: pointer.id, ...found })) }
  const seq = await journal.append(tx, { kind: 'identity.pointers-checked', subject: id, origin: 'system', payload })
  for (const { pointer, state } of checked) {
    const state_since = pointer.state === state && pointer.state_since !== null ? pointer.state_since : clock.now()
    await tx.db
      .updateTable('pointers')
      .set({ state, state_since, checked_seq: seq })
      .where('id', '=', pointer.id)
      .execute()
  }
}

async function stillSo(tx: Tx, looked: readonly CheckedPointer[]): Promise<readonly CheckedPointer[]> {
  const ids = looked.map(({ pointer }) => pointer.id)
  const rows = await tx.db.selectFrom('pointers').select(['id', 'source_seq']).where('id', 'in', ids).execute()
  const seen = new Map(rows.map((row) => [row.id, row.source_seq]))
  return looked.filter(({ pointer }) => seen.get(pointer.id) === pointer.source_seq)
}
