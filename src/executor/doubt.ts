import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { type Fault, fault } from '../values/fault.ts'
import { derivedId, type GateId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { isoInstant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Answer } from './call-adapter.ts'
import { putQuestion } from './card.ts'
import type { Ask } from './effect.ts'
import type { Performed } from './ending.ts'
import { recordUnknown } from './record-effect.ts'

type Asked =
  | Extract<Performed, { kind: 'held' | 'fault' }>
  | { readonly kind: 'settled'; readonly answer: Extract<Answer, { kind: 'done' }> }
  | { readonly kind: 'again' }

/**
 * Nobody but the operator can say whether this effect happened. Opens the gate (one for each call in flight), or reads what was
 * answered: it went out (`settled`, with what the adapter would have answered) or did not (`again`).
 */
export async function askInDoubt(attempt: Attempt, ask: Ask, effect: Row<'effects'>, why?: Fault): Promise<Asked> {
  const { kernel } = attempt
  const gate = derivedId('gat', effect.key, effect.fence)
  return kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, attempt.task.id, attempt.task.fence)
    const state = await kernel.gates.stateOf(tx, gate)
    if (state === 'approved') return { kind: 'settled', answer: { kind: 'done', output: presumed(ask, effect) } }
    if (state === 'rejected') return { kind: 'again' }
    await openDoubt(tx, attempt, ask, effect, gate, why)
    return { kind: 'held', gate }
  })
}

async function openDoubt(
  tx: Tx,
  attempt: Attempt,
  ask: Ask,
  effect: Row<'effects'>,
  gate: GateId,
  why: Fault | undefined,
): Promise<void> {
  const { kernel, task } = attempt
  const target = ask.action.recipients?.(ask.input).join(', ') || ask.open.adapter.name
  const doubt = why ?? fault('effect.in-doubt', { action: ask.action.name, target, gate })
  const evidence: Json = {
    key: effect.key,
    adapter: effect.adapter,
    intendedAt: isoInstant(effect.intended_at),
    target,
  }
  const about = { subject: ask.subject, origin: ask.origin, run: attempt.run.id, task: task.id }
  if (effect.state === 'intended') await recordUnknown(tx, kernel, about, { key: effect.key, fault: doubt, evidence })
  await putQuestion(tx, attempt, gate, {
    ask: `Did this go out? ${ask.action.name} to ${target}, begun ${isoInstant(effect.intended_at)}.`,
    reason: 'doubt',
    subject: ask.subject,
    origin: ask.origin,
    content: ask.input,
    actions: [ask.action.name],
    fault: doubt,
    effect: { key: effect.key, action: ask.action.name, evidence },
  })
}

/** What the adapter would have answered, had it been heard. */
function presumed(ask: Ask, effect: Row<'effects'>): Json {
  const { how } = ask
  return how.idempotency === 'none' && how.presume ? (how.presume(ask.input, effect.key) as Json) : null
}
