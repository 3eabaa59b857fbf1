import type { AnyAction } from '../adapters/port.ts'
import { requirement } from '../gate/policy.ts'
import type { Row } from '../store/tables.ts'
import { derivedId, type GateId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import type { Attempt } from './attempt.ts'
import { putQuestion, type Question } from './card.ts'
import type { AttemptEnd } from './ending.ts'
import type { Kernel } from './kernel.ts'

/** How an effect would be taken back: at once, or after the operator was asked. */
export function howToUndo(kernel: Kernel, effect: Row<'effects'>): 'undo' | 'ask' {
  if (effect.reversible === 0) return 'ask'
  if (effect.state === 'unknown' || (effect.state === 'intended' && effect.idempotency !== 'find')) return 'ask'
  return gateOfUndo(kernel, effect) === 'none' ? 'undo' : 'ask'
}

export type Permit =
  | { readonly kind: 'go'; readonly gate: GateId | null }
  | { readonly kind: 'keep' }
  | Extract<AttemptEnd, { kind: 'held' }>

/**
 * Taking back what others have seen is seen by them too: it is asked for as the action itself is. Approving takes it back;
 * rejecting leaves it as it is, and the undo goes on.
 */
export async function permitUndo(attempt: Attempt, effect: Row<'effects'>, output: Json): Promise<Permit> {
  const { kernel, task } = attempt
  const kind = gateOfUndo(kernel, effect)
  if (kind === 'none') return { kind: 'go', gate: null }
  const gate = derivedId('gat', task.id, 'undo', 'may')
  const state = await kernel.store.write((tx) => kernel.gates.stateOf(tx, gate))
  if (state === 'approved') return { kind: 'go', gate }
  if (state !== undefined && state !== 'open') return { kind: 'keep' }
  const question: Question = {
    ask: `Take ${effect.action} at ${effect.adapter} back? Others may see it. Reject to leave it as it is and go on.`,
    reason: 'undo',
    kind,
    subject: effect.subject,
    content: output,
    actions: [effect.action],
    sources: effect.outcome_seq === null ? [] : [{ seq: effect.outcome_seq, title: 'what it had answered' }],
    effect: { key: effect.key, action: effect.action, evidence: { state: effect.state } },
  }
  return { kind: 'held', gate, also: (tx) => putQuestion(tx, attempt, gate, question) }
}

function gateOfUndo(kernel: Kernel, effect: Row<'effects'>): ReturnType<typeof requirement> {
  const action = kernel.doers.get(effect.action) as AnyAction | undefined
  if (!action) return 'confirm'
  const { risk, name } = action
  return requirement({ risk, effect: action.effect, action: name, configPolicies: kernel.policies })
}
