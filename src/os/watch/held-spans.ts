import type { StoredEvent } from '../../telemetry/event.ts'
import type { EffectKey, GateId } from '../../values/id.ts'
import { errorFrom, shownName, taskAttributes } from './attempt-spans.ts'
import { runAttributes } from './run-spans.ts'
import { type Span, spanOf, traceOf } from './span.ts'
import type { Ground, OfTask } from './spans.ts'

type Settled = OfTask<'effect.done' | 'effect.refused' | 'effect.unknown'>

/** What left the company: from its intent to what is known of it. The peer is the adapter, as the config names it. */
export async function effectSpan(ground: Ground, event: Settled): Promise<Span> {
  const { key } = event.payload
  const effect = await effectOf(ground, key)
  const { workflow } = await ground.look.run(event.run)
  const outcome = outcomeOf(event)
  return {
    trace: traceOf(event.run),
    // In doubt first and settled later are two spans.
    id: spanOf('effect', key, outcome),
    parent: spanOf('attempt', event.task, effect.fence),
    name: effect.action,
    kind: 'client',
    start: effect.intended_at,
    end: event.at,
    attributes: {
      ...runAttributes(event, workflow),
      ...taskAttributes(ground, await ground.look.task(event.task)),
      'soloist.action': effect.action,
      'soloist.adapter': effect.adapter,
      'soloist.effect.key': key,
      'soloist.effect.outcome': outcome,
      'soloist.effect.undoes': effect.undoes ?? undefined,
      'service.peer.name': effect.adapter,
    },
    ...(event.kind === 'effect.done' ? {} : { error: errorFrom(ground, event.payload.fault) }),
  }
}

/** How long a gate waited for the operator. */
export async function gateSpan(ground: Ground, event: OfTask<'gate.decided' | 'gate.expired'>): Promise<Span> {
  const gate = await gateOf(ground, event.payload.gate)
  const facts = await ground.look.task(event.task)
  const { workflow } = await ground.look.run(event.run)
  return {
    trace: traceOf(event.run),
    id: spanOf('gate', gate.id),
    parent: spanOf('run', event.run),
    name: `gate ${shownName(ground, facts)}`,
    kind: 'internal',
    start: gate.opened_at,
    end: event.at,
    attributes: {
      ...runAttributes(event, workflow),
      ...taskAttributes(ground, facts),
      'soloist.gate.id': gate.id,
      'soloist.gate.kind': gate.kind,
      'soloist.gate.reason': gate.reason,
      'soloist.gate.verdict': event.kind === 'gate.decided' ? event.payload.verdict : 'expired',
    },
  }
}

/** The last word of the event's kind: `done`, `refused`, `unknown`. */
export function outcomeOf({ kind }: Pick<StoredEvent, 'kind'>): string {
  return kind.slice(kind.indexOf('.') + 1)
}

export function effectOf({ kernel }: Pick<Ground, 'kernel'>, key: EffectKey) {
  return kernel.store.read
    .selectFrom('effects')
    .select(['action', 'adapter', 'fence', 'intended_at', 'undoes'])
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
}

function gateOf({ kernel }: Ground, id: GateId) {
  return kernel.store.read
    .selectFrom('gates')
    .select(['id', 'kind', 'reason', 'opened_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}
