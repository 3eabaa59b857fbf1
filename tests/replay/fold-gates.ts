import { bindingOf, boundBy } from '../../src/gate/binding.ts'
import type { GateEvent } from '../../src/gate/gate.ts'
import { next } from '../../src/gate/gate-state.ts'
import type { Row } from '../../src/store/tables.ts'
import { contentHash } from '../../src/values/json.ts'
import { impossible, known, type Told } from './told.ts'

export interface FoldedGates {
  readonly gates: Row<'gates'>[]
  readonly gate_covers: Row<'gate_covers'>[]
  readonly decisions: Row<'decisions'>[]
}

/** The gates and what was decided at them, as the journal tells it. */
export function foldGates(events: readonly Told[]): FoldedGates {
  const gates = new Map<string, Row<'gates'>>()
  const gate_covers: Row<'gate_covers'>[] = []
  const decisions: Row<'decisions'>[] = []
  for (const event of events) {
    if (event.kind === 'gate.opened') {
      const { gate, covers } = event.payload
      gates.set(gate, opened(event))
      gate_covers.push(...[...new Set(covers)].map((action) => ({ gate_id: gate, action })))
    }
    if (event.kind !== 'gate.decided' && event.kind !== 'gate.expired') continue
    const gate = known(gates.get(event.payload.gate), event.payload.gate)
    const verdict: GateEvent = event.kind === 'gate.expired' ? 'expired' : event.payload.verdict
    const state = next(gate.state, verdict) ?? impossible(event, gate.state)
    gates.set(gate.id, { ...gate, state })
    const approves = event.kind === 'gate.decided' && (verdict === 'approved' || verdict === 'edited')
    decisions.push({
      gate_id: gate.id,
      verdict,
      by: event.kind === 'gate.expired' ? 'system' : 'operator',
      at: event.at,
      seq: event.seq,
      content_hash: approves ? contentHash(event.payload.content) : null,
    })
  }
  return { gates: [...gates.values()], gate_covers, decisions }
}

function opened({
  seq,
  at,
  run,
  task,
  subject,
  origin,
  payload,
}: Extract<Told, { kind: 'gate.opened' }>): Row<'gates'> {
  const { gate: id, card } = payload
  return {
    id,
    run_id: known(run ?? undefined, 'a run'),
    task_id: known(task ?? undefined, 'a task'),
    kind: card.kind,
    reason: card.reason,
    state: 'open',
    subject,
    binding: bindingOf(boundBy(card)),
    audience_id: card.recipients?.audience ?? null,
    max_recipients: card.recipients?.count ?? null,
    origin,
    opened_seq: seq,
    opened_at: at,
    due_at: card.dueAt,
    otherwise: card.otherwise,
  }
}
