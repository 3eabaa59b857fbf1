import type { AnyAction } from '../adapters/port.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { EffectCause } from '../telemetry/event.ts'
import { type Fault, fault, isFault, refuse } from '../values/fault.ts'
import { derivedId, type EffectKey, type GateId } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { type Performer, singlePerformerOf } from './act.ts'
import { type Attempt, pauseFault } from './attempt.ts'
import { callUndo } from './call-adapter.ts'
import { putQuestion, type Question } from './card.ts'
import { through } from './door.ts'
import type { AttemptEnd } from './ending.ts'
import type { Kernel } from './kernel.ts'
import { recordUnknown } from './record-effect.ts'
import { resolveEffect } from './resolve-effect.ts'
import { standingGate } from './standing-gate.ts'
import { permitUndo } from './undo-permit.ts'

/** Takes one effect back from its recorded output, as an effect of its own; what cannot be taken back is put to the operator. */
export async function undoEffect(attempt: Attempt): Promise<AttemptEnd> {
  const { kernel, task } = attempt
  const found = await kernel.store.read
    .selectFrom('effects')
    .selectAll()
    .where('key', '=', task.node as EffectKey)
    .executeTakeFirstOrThrow()
  const performer = performerFor(kernel, found.action)
  if (!performer || !willCall(found, performer)) return undoFound(attempt, found, performer)
  return through(attempt, performer.open, true, () => undoFound(attempt, found, performer))
}

/** True where its provider is asked: to look it up, or to take it back. */
function willCall({ state, reversible }: Row<'effects'>, { how }: Performer): boolean {
  return state === 'intended' ? how.idempotency === 'find' : state === 'done' && reversible === 1
}

async function undoFound(
  attempt: Attempt,
  found: Row<'effects'>,
  performer: Performer | undefined,
): Promise<AttemptEnd> {
  const { kernel, task } = attempt
  const effect = performer ? await resolveEffect(attempt, found, performer) : found
  if (isFault(effect)) return { kind: 'fault', fault: effect }
  if (effect.state === 'undone') return done('undone')
  if (effect.state === 'refused') return done('it had not happened')
  if (effect.state !== 'done' || effect.reversible === 0 || !performer?.how.undo) return askToSettle(attempt, effect)
  const output = await readOutput(kernel, effect)
  const permit = await permitUndo(attempt, effect, output)
  if (permit.kind === 'keep') return done('left as it is')
  if (permit.kind === 'held') return permit
  const paused = pauseFault(attempt)
  if (paused) return { kind: 'postponed', fault: paused, until: kernel.clock.now() }
  const key = derivedId('eff', 'undo', effect.key)
  if (await isUnknown(attempt, key))
    return askToSettle(
      attempt,
      effect,
      fault('effect.in-doubt', {
        action: effect.action,
        target: effect.adapter,
        gate: derivedId('gat', task.id, 'undo'),
      }),
    )
  await intendUndo(attempt, effect, { key, output, gate: permit.gate })
  const answer = await callUndo(attempt, performer.open, performer.how.undo, key, output)
  if (answer.kind !== 'done')
    return answer.fault.retry === 'never'
      ? askToSettle(attempt, effect, answer.fault)
      : { kind: 'fault', fault: answer.fault }
  return { ...done('undone'), also: (tx) => recordUndone(tx, attempt, effect, key) }
}

type How = 'undone' | 'it had not happened' | 'left as it is' | 'settled by the operator'

function done(how: How): Extract<AttemptEnd, { kind: 'done' }> {
  return { kind: 'done', outcome: { output: { how }, cost: microUsd(0) }, origin: 'system' }
}

/** The undo was under way when this copy of the company was made. */
async function isUnknown({ kernel }: Attempt, key: EffectKey): Promise<boolean> {
  const known = await kernel.store.read.selectFrom('effects').select('state').where('key', '=', key).executeTakeFirst()
  return known?.state === 'unknown'
}

function performerFor(kernel: Kernel, name: string): Performer | undefined {
  const action = kernel.doers.get(name) as AnyAction | undefined
  const performer = action && singlePerformerOf(kernel, action)
  return action && performer && !isFault(performer) ? { ...performer, action } : undefined
}

/** What the effect had answered. Fault: `vault.forgotten`. */
async function readOutput(kernel: Kernel, effect: Row<'effects'>): Promise<Json> {
  const [event] = await kernel.journal.at([effect.outcome_seq ?? 0])
  if (event?.kind !== 'effect.done') throw new TypeError(`${effect.key} has no outcome`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  return event.payload.output
}

/** Writes the intent, once. */
async function intendUndo(
  attempt: Attempt,
  effect: Row<'effects'>,
  { key, output, gate }: { readonly key: EffectKey; readonly output: Json; readonly gate: GateId | null },
): Promise<void> {
  const { kernel, task } = attempt
  await kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    const known = await tx.db.selectFrom('effects').select('key').where('key', '=', key).executeTakeFirst()
    if (known) return
    const step = `1/undo`
    const because: EffectCause = gate === null ? { allowed: 'risk' } : { allowed: 'gate', gate }
    const payload = {
      key,
      action: effect.action,
      adapter: effect.adapter,
      step,
      input: output,
      because,
      idempotency: 'key' as const,
      reversible: false,
      fence: task.fence,
      undoes: effect.key,
    }
    const seq = await kernel.journal.append(tx, { kind: 'effect.intended', ...about(attempt, effect), payload })
    await tx.db
      .insertInto('effects')
      .values({
        ...effect,
        key,
        task_id: task.id,
        step,
        idempotency: 'key',
        reversible: 0,
        state: 'intended',
        content_hash: contentHash([effect.action, output]),
        fence: task.fence,
        gate_id: gate,
        grant_id: null,
        undoes: effect.key,
        intended_seq: seq,
        outcome_seq: null,
        intended_at: kernel.clock.now(),
        ended_at: null,
      })
      .execute()
  })
}

async function recordUndone(tx: Tx, attempt: Attempt, effect: Row<'effects'>, key: EffectKey): Promise<void> {
  const { journal, clock } = attempt.kernel
  const doneSeq = await journal.append(tx, {
    kind: 'effect.done',
    ...about(attempt, effect),
    payload: { key, output: null, how: 'answered' },
  })
  const undoneSeq = await journal.append(tx, {
    kind: 'effect.undone',
    ...about(attempt, effect),
    payload: { key: effect.key, by: key },
  })
  const ended_at = clock.now()
  await tx.db
    .updateTable('effects')
    .set({ state: 'done', outcome_seq: doneSeq, ended_at })
    .where('key', '=', key)
    .where('state', '=', 'intended')
    .execute()
  await tx.db
    .updateTable('effects')
    .set({ state: 'undone', outcome_seq: undoneSeq })
    .where('key', '=', effect.key)
    .where('state', '=', 'done')
    .execute()
}

/** Stops and asks. Approving says that the operator has settled it (or lets it be); the undo then goes on. */
async function askToSettle(attempt: Attempt, effect: Row<'effects'>, given?: Fault): Promise<AttemptEnd> {
  const { kernel, task } = attempt
  const first = derivedId('gat', task.id, 'undo')
  const { gate, state } = await kernel.store.write((tx) => standingGate(tx, attempt, first))
  const why = given ?? fault('effect.not-undoable', { action: effect.action, gate })
  if (state === 'approved') return done('settled by the operator')
  if (state !== undefined && state !== 'open') return { kind: 'fault', fault: why }
  const also = async (tx: Tx): Promise<void> => {
    await putQuestion(tx, attempt, gate, await toSettle(tx, effect, why))
    if (effect.state === 'intended') await recordDoubts(tx, attempt, effect, why)
  }
  return { kind: 'held', gate, also }
}

/** Nothing here will find out what became of it, nor of those that are asked about with it: the record says so, for good. */
async function recordDoubts(tx: Tx, attempt: Attempt, asked: Row<'effects'>, why: Fault): Promise<void> {
  const together = await tx.db
    .selectFrom('effects')
    .select('key')
    .where('task_id', '=', asked.task_id)
    .where('state', '=', 'intended')
    .where('reversible', '=', 0)
    .orderBy('intended_seq')
    .execute()
  const keys = asked.reversible === 0 ? together.map(({ key }) => key) : [asked.key]
  for (const key of keys) {
    const doubt = { key, fault: why, evidence: { state: 'intended' } }
    await recordUnknown(tx, attempt.kernel, about(attempt, asked), doubt)
  }
}

async function toSettle(tx: Tx, effect: Row<'effects'>, why: Fault): Promise<Question> {
  const { count } = await tx.db
    .selectFrom('effects')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('task_id', '=', effect.task_id)
    .where('state', '=', effect.state)
    .executeTakeFirstOrThrow()
  return {
    ask: `${count} × ${effect.action} cannot be taken back here (${effect.state === 'done' ? 'done' : 'nobody knows whether it happened'}). Settle what is needed at ${effect.adapter}, then approve to go on undoing the rest.`,
    reason: 'undo',
    subject: effect.subject,
    actions: [effect.action],
    fault: why,
    effect: { key: effect.key, action: effect.action, evidence: { state: effect.state } },
  }
}

function about(attempt: Attempt, effect: Row<'effects'>) {
  return { subject: effect.subject, origin: 'system', run: attempt.run.id, task: attempt.task.id } as const
}
