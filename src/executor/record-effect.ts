import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Events } from '../telemetry/event.ts'
import type { Fault } from '../values/fault.ts'
import type { EffectKey, IdentityId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import type { Attempt } from './attempt.ts'
import type { Ask } from './effect.ts'
import { next } from './effect-state.ts'

/** Whom and what an event is about. */
interface About {
  readonly subject: IdentityId
  readonly origin: Origin
  readonly run: Row<'runs'>['id']
  readonly task: Row<'tasks'>['id']
}

interface Outcome {
  readonly output: Json
  readonly origin: Origin
  readonly how: 'answered' | 'found' | 'operator'
}

/**
 * What an effect gave. An outcome is the truth, whoever brings it: it is written whatever became of the attempt, unless it is
 * settled already.
 */
export async function recordDone(
  tx: Tx,
  attempt: Attempt,
  ask: Ask,
  key: EffectKey,
  { output, origin, how }: Outcome,
): Promise<void> {
  if (!(await isOpen(tx, key, 'done'))) return
  const seq = await attempt.kernel.journal.append(tx, {
    kind: 'effect.done',
    ...about(attempt, ask),
    origin,
    payload: { key, output, how },
  })
  await close(tx, attempt, key, 'done', seq)
}

/**
 * That the provider refused it for good; unless it is settled already, or another attempt has called since: what that call did
 * is another answer.
 */
export async function recordRefused(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey, why: Fault): Promise<void> {
  if (!(await isOpen(tx, key, 'refused')) || !(await isLastCall(tx, attempt, key))) return
  const seq = await attempt.kernel.journal.append(tx, {
    kind: 'effect.refused',
    ...about(attempt, ask),
    payload: { key, fault: why },
  })
  await close(tx, attempt, key, 'refused', seq)
}

/** That it is tried again under the same key: from now on this attempt's call may have happened. */
export async function recordTry(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey, why: string): Promise<void> {
  await markCall(tx, attempt, ask, key, attempt.task.fence, why)
}

/**
 * That this attempt's call surely did nothing, so that no call is in flight (fence 0). Not when another attempt has called since:
 * its call is.
 */
export async function recordMiss(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey, why: string): Promise<void> {
  if (await isLastCall(tx, attempt, key)) await markCall(tx, attempt, ask, key, 0, why)
}

/** That nobody here can say what became of it; it is open no longer. */
export async function recordUnknown(
  tx: Tx,
  { journal }: Pick<Attempt['kernel'], 'journal'>,
  about: About,
  doubt: Events['effect.unknown'],
): Promise<void> {
  const seq = await journal.append(tx, { kind: 'effect.unknown', ...about, payload: doubt })
  await tx.db.updateTable('effects').set({ state: 'unknown', outcome_seq: seq }).where('key', '=', doubt.key).execute()
}

/** Whom and what an effect's events are about. */
export function about(attempt: Attempt, ask: Ask): About {
  return { subject: ask.subject, origin: ask.origin, run: attempt.run.id, task: attempt.task.id }
}

async function isLastCall(tx: Tx, { task }: Attempt, key: EffectKey): Promise<boolean> {
  const row = await tx.db.selectFrom('effects').select('fence').where('key', '=', key).executeTakeFirstOrThrow()
  return row.fence === task.fence
}

async function isOpen(tx: Tx, key: EffectKey, event: 'done' | 'refused'): Promise<boolean> {
  const row = await tx.db.selectFrom('effects').select('state').where('key', '=', key).executeTakeFirstOrThrow()
  return next(row.state, event) !== undefined
}

async function close(tx: Tx, attempt: Attempt, key: EffectKey, state: 'done' | 'refused', seq: number): Promise<void> {
  await tx.db
    .updateTable('effects')
    .set({ state, outcome_seq: seq, ended_at: attempt.kernel.clock.now() })
    .where('key', '=', key)
    .execute()
}

async function markCall(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey, fence: number, why: string): Promise<void> {
  await attempt.kernel.journal.append(tx, {
    kind: 'effect.retried',
    ...about(attempt, ask),
    payload: { key, fence, why },
  })
  await tx.db
    .updateTable('effects')
    .set({ fence })
    .where('key', '=', key)
    .where('state', 'in', ['intended', 'unknown'])
    .execute()
}
