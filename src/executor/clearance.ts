import { requirement } from '../gate/policy.ts'
import { refuseForeignRecipient } from '../gate/taint.ts'
import type { Tx } from '../store/store.ts'
import type { EffectCause } from '../telemetry/event.ts'
import { type Fault, fault } from '../values/fault.ts'
import { derivedId, type EffectKey, type GateId } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import { approvalOf } from './approval.ts'
import type { Attempt } from './attempt.ts'
import { policyCard } from './card.ts'
import { readApproved, readComment } from './decision.ts'
import type { Ask } from './effect.ts'
import type { Performed } from './ending.ts'
import { isOutgrown } from './reach.ts'
import { grownGate, type Standing, standingGate } from './standing-gate.ts'

/** Whether an action may leave now, and with what: the operator may have edited it. */
export type Clearance =
  | { readonly kind: 'cleared'; readonly because: EffectCause; readonly input: Json }
  | Extract<Performed, { kind: 'held' | 'fault' }>

/**
 * The last check before an intent is written, in the same transaction: what the risk table asks for (DESIGN §8) must be there
 * as an approval of exactly this, a grant that covers it, or a gate that the operator answers now. Text from outside chooses
 * no recipient, whatever else holds.
 */
export async function clear(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey): Promise<Clearance> {
  const { kernel } = attempt
  const { action, input } = ask
  const needed = requirement({
    risk: action.risk,
    effect: action.effect,
    action: action.name,
    configPolicies: kernel.policies,
  })
  const approval = needed === 'none' ? ({ kind: 'none' } as const) : await approvalOf(tx, attempt, ask)
  if (approval.kind === 'covers') return { kind: 'cleared', because: { allowed: 'gate', gate: approval.gate }, input }
  const foreign = await foreignRecipient(attempt, ask)
  if (foreign) return { kind: 'fault', fault: foreign }
  if (needed === 'none') return { kind: 'cleared', because: { allowed: 'risk' }, input }
  const amount = action.amount?.(input)
  const grant = await kernel.grants.use(tx, {
    action: action.name,
    risk: action.risk,
    subject: ask.subject,
    ...(amount ? { payee: amount.payee, amount: amount.cost } : {}),
    origin: ask.origin,
    effectKey: key,
    run: attempt.run.id,
    task: attempt.task.id,
  })
  if (grant) return { kind: 'cleared', because: { allowed: 'grant', grant }, input }
  return askOperator(
    tx,
    attempt,
    ask,
    key,
    needed,
    approval.kind === 'changed' ? fault('gate.changed', { gate: approval.gate }) : undefined,
  )
}

/** The first gate of the question binds the content by its name: an edit of it, or other content under it, is another one. */
export function policyGate(key: EffectKey, ask: Pick<Ask, 'input'>): GateId {
  return derivedId('gat', key, contentHash(ask.input))
}

/** Where the question stands. An audience that has outgrown what was approved there is another question. */
async function standing(tx: Tx, attempt: Attempt, ask: Ask, key: EffectKey): Promise<Standing> {
  for (let first = policyGate(key, ask); ; ) {
    const found = await standingGate(tx, attempt, first)
    if (ask.reached === undefined || !(await isOutgrown(tx, found.gate, ask.reached))) return found
    first = grownGate(found.gate)
  }
}

async function foreignRecipient(attempt: Attempt, ask: Ask): Promise<Fault | undefined> {
  const recipients = ask.action.recipients?.(ask.input) ?? []
  if (ask.origin !== 'external' || recipients.length === 0) return undefined
  const subjectHandles = await attempt.kernel.identities.handles.of(ask.subject)
  return refuseForeignRecipient({ origin: ask.origin, recipients, subjectHandles, subject: ask.subject })
}

async function askOperator(
  tx: Tx,
  attempt: Attempt,
  ask: Ask,
  key: EffectKey,
  kind: 'batch' | 'confirm',
  why: Fault | undefined,
): Promise<Clearance> {
  const { kernel } = attempt
  const { gate, state } = await standing(tx, attempt, ask, key)
  switch (state) {
    case 'approved':
      return { kind: 'cleared', because: { allowed: 'gate', gate }, input: ask.input }
    case 'edited':
      return { kind: 'cleared', because: { allowed: 'gate', gate }, input: await readApproved(tx, kernel, gate) }
    case 'rejected':
    case 'returned':
      return {
        kind: 'fault',
        fault: fault('gate.rejected', { task: attempt.task.name, reason: await readComment(tx, kernel, gate) }),
      }
    case 'expired':
      return { kind: 'fault', fault: fault('gate.expired', { task: attempt.task.name }) }
    case 'open':
      return { kind: 'held', gate }
    case undefined:
      await kernel.gates.open(tx, await policyCard(tx, attempt, ask, gate, kind, why))
      return { kind: 'held', gate }
    default:
      return state satisfies never
  }
}
