import type { Json } from '../values/json.ts'
import type { Attempt } from './attempt.ts'

/** What the operator sent back, and what they said to it. */
export interface Returned {
  readonly comment: string
  readonly last: Json
}

/** The comment with which a gate sent this task's last output back; nothing in the first round. */
export async function readReturn(
  attempt: Pick<Attempt, 'kernel' | 'run'> & { readonly task: Pick<Attempt['task'], 'id' | 'round'> },
): Promise<Returned | null> {
  const { kernel, task, run } = attempt
  if (task.round === 1) return null
  const gate = await kernel.store.read
    .selectFrom('needs')
    .innerJoin('gates', 'gates.task_id', 'needs.task_id')
    .innerJoin('decisions', 'decisions.gate_id', 'gates.id')
    .select(['gates.opened_seq', 'decisions.seq'])
    .where('needs.needs_id', '=', task.id)
    .where('gates.run_id', '=', run.id)
    .where('gates.state', '=', 'returned')
    .orderBy('gates.opened_seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!gate) return null
  const [opened, decided] = await kernel.journal.at([gate.opened_seq, gate.seq])
  if (opened?.kind !== 'gate.opened' || decided?.kind !== 'gate.decided') return null
  return { comment: decided.payload?.comment ?? '', last: opened.payload?.card.content ?? null }
}
