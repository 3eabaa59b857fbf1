import { type EffectEvent, next } from '../../src/executor/effect-state.ts'
import type { Row } from '../../src/store/tables.ts'
import { contentHash } from '../../src/values/json.ts'
import { impossible, known, type Told } from './told.ts'

/** The effects as the journal tells them. */
export function foldEffects(events: readonly Told[]): Row<'effects'>[] {
  const effects = new Map<string, Row<'effects'>>()
  for (const event of events) {
    switch (event.kind) {
      case 'effect.intended':
        effects.set(event.payload.key, intended(event))
        break
      case 'effect.retried': {
        const effect = known(effects.get(event.payload.key), event.payload.key)
        if (next(effect.state, 'tried')) effects.set(effect.key, { ...effect, fence: event.payload.fence })
        break
      }
      case 'effect.done':
      case 'effect.refused':
      case 'effect.unknown':
      case 'effect.undone': {
        const effect = known(effects.get(event.payload.key), event.payload.key)
        const copied = event.kind === 'effect.unknown' ? copiedInto(event) : undefined
        const happened = copied === undefined ? (event.kind.slice('effect.'.length) as EffectEvent) : 'doubted'
        const state = next(effect.state, happened) ?? impossible(event, effect.state)
        const ended_at = happened === 'done' || happened === 'refused' ? event.at : effect.ended_at
        // Older events do not say that what did not happen is no attempt's.
        const fence = (event.kind === 'effect.refused' ? event.payload.fence : copied && -copied) ?? effect.fence
        effects.set(effect.key, { ...effect, state, fence, outcome_seq: event.seq, ended_at })
      }
    }
  }
  return [...effects.values()]
}

/** The epoch of the copy in which it is in doubt how the effect went in the first company. */
function copiedInto({ payload }: Extract<Told, { kind: 'effect.unknown' }>): number | undefined {
  return (payload.evidence as { readonly epoch?: number } | null)?.epoch
}

function intended({
  seq,
  at,
  run,
  task,
  subject,
  payload,
}: Extract<Told, { kind: 'effect.intended' }>): Row<'effects'> {
  const { key, action, adapter, step, input, because, idempotency, reversible, fence, undoes } = payload
  return {
    key,
    run_id: known(run ?? undefined, 'a run'),
    task_id: known(task ?? undefined, 'a task'),
    step,
    action,
    adapter,
    idempotency,
    reversible: reversible ? 1 : 0,
    subject,
    state: 'intended',
    content_hash: contentHash([action, input]),
    fence,
    gate_id: because.allowed === 'gate' ? because.gate : null,
    grant_id: because.allowed === 'grant' ? because.grant : null,
    undoes,
    intended_seq: seq,
    outcome_seq: null,
    intended_at: at,
    ended_at: null,
  }
}
