import type { PointerState } from '../store/memory-rows.ts'
import type { Tx } from '../store/store.ts'
import type { Row, Seq } from '../store/tables.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { IdentityId } from '../values/id.ts'
import type { Clock } from '../values/time.ts'

/** What was found where a pointer leads. */
export interface CheckedPointer {
  readonly pointer: Pick<Row<'pointers'>, 'id' | 'state' | 'state_since'>
  readonly state: PointerState
  readonly hash: string | null
  readonly why: string | null
}

/**
 * Writes down what became of artifacts of one identity (event `identity.pointers-checked`). Since when it is so is kept for as long as
 * it stays so. Fault: `vault.forgotten`.
 */
export async function recordChecked(
  tx: Tx,
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  id: IdentityId,
  checked: readonly CheckedPointer[],
): Promise<Seq> {
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
  return seq
}
