import type { Tx } from '../store/store.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Clock } from '../values/time.ts'
import { bindingOf, boundBy } from './binding.ts'
import type { NewGate } from './gate.ts'

/** Opens a gate and journals its card, unless it exists already. An action that the card does not name is a programmer's error. */
export async function openGate(
  { journal, clock }: { readonly journal: Journal; readonly clock: Clock },
  tx: Tx,
  { id, run, task, subject, card, covers, origin }: NewGate,
): Promise<void> {
  const unnamed = covers.find((action) => !card.actions.includes(action))
  if (unnamed !== undefined) throw new TypeError(`gate ${id} covers ${unnamed}, which its card does not name`)
  const known = await tx.db.selectFrom('gates').select('id').where('id', '=', id).executeTakeFirst()
  if (known) return
  const seq = await journal.append(tx, {
    kind: 'gate.opened',
    subject,
    origin,
    run,
    task,
    payload: { gate: id, card, covers },
  })
  await tx.db
    .insertInto('gates')
    .values({
      id,
      run_id: run,
      task_id: task,
      kind: card.kind,
      reason: card.reason,
      state: 'open',
      subject,
      binding: bindingOf(boundBy(card)),
      audience_id: card.recipients?.audience ?? null,
      max_recipients: card.recipients?.count ?? null,
      origin,
      opened_seq: seq,
      opened_at: clock.now(),
      due_at: card.dueAt,
      otherwise: card.otherwise,
    })
    .execute()
  if (covers.length === 0) return
  const rows = [...new Set(covers)].map((action) => ({ gate_id: id, action }))
  await tx.db.insertInto('gate_covers').values(rows).execute()
}
