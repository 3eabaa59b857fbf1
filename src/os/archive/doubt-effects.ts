import { next } from '../../executor/effect-state.ts'
import type { Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import { fault } from '../../values/fault.ts'
import { companyIdentity, derivedId } from '../../values/id.ts'
import { isoInstant } from '../../values/time.ts'
import type { Arrival } from './begin-epoch.ts'

/**
 * What was on its way out when a copy was made is the first company's to end; here nobody can know how it did. So each such
 * effect becomes `unknown`, whatever its adapter could look up, and only the operator's word moves it: the task that performs it
 * asks "did this go out?" before it does anything. Doubts whose gate is open already keep it.
 */
export async function doubtEffects(tx: Tx, arrival: Arrival): Promise<void> {
  const { epoch } = arrival
  const open = await tx.db.selectFrom('effects').selectAll().where('state', 'in', ['intended', 'unknown']).execute()
  for (const effect of open) {
    const state = next(effect.state, 'doubted')
    if (state === undefined || (await isAsked(tx, effect))) continue
    const seq = await journalDoubt(tx, arrival, effect)
    await tx.db
      .updateTable('effects')
      // No fence of an attempt is negative: an answer that was given before the copy was made does not count here.
      .set({ state, outcome_seq: seq, fence: -epoch })
      .where('key', '=', effect.key)
      .execute()
  }
}

async function isAsked(tx: Tx, effect: Row<'effects'>): Promise<boolean> {
  const gate = derivedId('gat', effect.key, effect.fence)
  const row = await tx.db.selectFrom('gates').select('state').where('id', '=', gate).executeTakeFirst()
  return row?.state === 'open'
}

async function journalDoubt(tx: Tx, { journal, before, epoch }: Arrival, effect: Row<'effects'>): Promise<number> {
  const { key, action, adapter, run_id: run, task_id: task } = effect
  const gate = derivedId('gat', key, -epoch)
  const evidence = { key, adapter, intendedAt: isoInstant(effect.intended_at), copiedAt: before.madeAt, epoch }
  const payload = { key, fault: fault('effect.in-doubt', { action, target: adapter, gate }), evidence }
  const about = { subject: await readable(tx, effect), origin: 'system', run, task } as const
  return journal.append(tx, { kind: 'effect.unknown', ...about, payload })
}

/** Nothing can be journalled under someone who was forgotten. */
async function readable(tx: Tx, { subject }: Row<'effects'>): Promise<Row<'effects'>['subject']> {
  const key = await tx.db.selectFrom('keys').select('destroyed_at').where('name', '=', subject).executeTakeFirst()
  return key?.destroyed_at == null ? subject : companyIdentity
}
