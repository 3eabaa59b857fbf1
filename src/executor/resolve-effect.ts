import { type SqlBool, sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { type Fault, fault, refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import type { Performer } from './act.ts'
import type { Attempt } from './attempt.ts'
import { findEffect } from './call-adapter.ts'
import type { Kernel } from './kernel.ts'
import { originOf } from './outside-text.ts'
import { recordDone } from './record-effect.ts'

/** False for an effect that was intended and surely did not leave: no call of it is in flight. */
export function mayHaveHappened({ state, fence }: Pick<Row<'effects'>, 'state' | 'fence'>): boolean {
  return state !== 'intended' || fence !== 0
}

/** The same in a query of `effects`. */
export const maybeHappened = sql<SqlBool>`(effects.state <> 'intended' OR effects.fence <> 0)`

/** The input with which an effect was intended. Fault: `vault.forgotten`. */
export async function readIntent({ journal }: Kernel, effect: Row<'effects'>): Promise<Json> {
  const [event] = await journal.at([effect.intended_seq])
  if (event?.kind !== 'effect.intended') throw new TypeError(`${effect.key} has no intent`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  return event.payload.input
}

/** Closes an effect that did not happen and will not; when nothing else is the reason, because its run was cancelled. */
export async function recordNothing(
  tx: Tx,
  { journal, clock }: Pick<Kernel, 'journal' | 'clock'>,
  effect: Row<'effects'>,
  why: Fault = fault('task.cancelled', { task: effect.action }),
): Promise<void> {
  const { key, subject, run_id: run, task_id: task } = effect
  const payload = { key, fault: why, fence: 0 } as const
  const draft = { kind: 'effect.refused', subject, origin: 'system', run, task, payload } as const
  const outcome_seq = await journal.append(tx, draft)
  await tx.db
    .updateTable('effects')
    // Fence 0, as of all that surely did not happen.
    .set({ state: 'refused', fence: 0, outcome_seq, ended_at: clock.now() })
    .where('key', '=', key)
    .where('state', 'in', ['intended', 'unknown'])
    .execute()
}

/**
 * Looks an open effect up at a provider that can tell, and records what it says. Gives the effect as it then is: still open where
 * the provider cannot tell.
 */
export async function resolveEffect(
  attempt: Attempt,
  effect: Row<'effects'>,
  performer: Performer,
): Promise<Row<'effects'> | Fault> {
  const { kernel } = attempt
  const { open, how, action } = performer
  // What is unknown is the operator's: in a copy of the company a look-up would find the other one's.
  if (effect.state !== 'intended' || how.idempotency !== 'find') return effect
  const [event] = await kernel.journal.at([effect.intended_seq])
  if (event?.kind !== 'effect.intended' || event.payload === null) return effect
  const input: Json = event.payload.input
  const found = await findEffect(attempt, open, action, how, effect.key, input)
  if (found && found.kind !== 'done') return found.fault
  const ask = { step: 'undo', action, open, how, subject: effect.subject, input, origin: event.origin, sources: [] }
  const origin = found ? await originOf(kernel, ask, found.output) : ask.origin
  await kernel.store.write(async (tx) => {
    if (found) await recordDone(tx, attempt, ask, effect.key, { output: found.output, origin, how: 'found' })
    else await recordNothing(tx, kernel, effect)
  })
  return kernel.store.read.selectFrom('effects').selectAll().where('key', '=', effect.key).executeTakeFirstOrThrow()
}
