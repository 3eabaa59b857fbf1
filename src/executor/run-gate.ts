import type { NewGate } from '../gate/gate.ts'
import type { PlannedTask } from '../planner/plan.ts'
import type { Card } from '../telemetry/card.ts'
import { fault } from '../values/fault.ts'
import { microUsd } from '../values/money.ts'
import { later } from '../values/time.ts'
import { gateOf } from './approval.ts'
import type { Attempt } from './attempt.ts'
import { costSoFar, madeBy, sourcesOf } from './card.ts'
import { changesSince } from './changes.ts'
import { readApproved, readComment } from './decision.ts'
import type { AttemptEnd } from './ending.ts'
import { readOutcomeSources } from './provenance.ts'
import { recalledBy } from './recalled.ts'
import { readReach } from './recipients.ts'
import type { Inputs } from './values.ts'

type GateNode = Extract<PlannedTask, { kind: 'gate' }>

/** A planned gate: opens with its card, holds, and ends with what the operator approved. */
export async function runGate(attempt: Attempt, node: GateNode, inputs: Inputs): Promise<AttemptEnd> {
  const { kernel, run, task } = attempt
  const gate = gateOf(run.id, task.name, task.round)
  const answered = await kernel.store.write(async (tx) => {
    const state = await kernel.gates.stateOf(tx, gate)
    const approved = state === 'approved' || state === 'edited'
    return {
      state,
      content: approved ? await readApproved(tx, kernel, gate) : null,
      comment: state === 'rejected' ? await readComment(tx, kernel, gate) : '',
    }
  })
  switch (answered.state) {
    case 'approved':
    case 'edited':
      return {
        kind: 'done',
        outcome: { output: answered.content, cost: microUsd(0), madeBy: { doer: 'operator' }, sources: inputs.sources },
        origin: inputs.origin,
      }
    case 'rejected':
      return { kind: 'fault', fault: fault('gate.rejected', { task: task.name, reason: answered.comment }) }
    case 'expired':
      return { kind: 'fault', fault: fault('gate.expired', { task: task.name }) }
    case 'returned': // what it was about cannot be made again (it is nobody's work): the comment is the reason
      return { kind: 'fault', fault: fault('gate.rejected', { task: task.name, reason: 'returned' }) }
    case 'open':
      return { kind: 'held', gate }
    case undefined: {
      const opening = await compose(attempt, node, inputs, gate)
      return {
        kind: 'held',
        gate,
        also: async (tx) =>
          kernel.gates.open(tx, { ...opening, card: { ...opening.card, costSoFar: await costSoFar(tx, run.id) } }),
      }
    }
    default:
      return answered.state satisfies never
  }
}

async function compose(attempt: Attempt, node: GateNode, inputs: Inputs, gate: NewGate['id']): Promise<NewGate> {
  const { kernel, run, task } = attempt
  // An item among many is not looked at by itself: its sources are those of all the others.
  const isLookedAt = node.covers.length > 0 && task.item === null
  const [reached, before, events, changed] = await Promise.all([
    readReach(attempt, node),
    kernel.gates.lastApproved(run.workflow, task.name),
    readOutcomeSources(kernel, run.id, inputs.sources),
    isLookedAt ? changesSince(kernel, run.id) : [],
  ])
  const card: Card = {
    ask: node.ask,
    reason: 'review',
    kind: node.gate,
    content: inputs.value.subject ?? null,
    actions: node.covers,
    ...(reached ? { recipients: reached } : {}),
    ...madeBy(events),
    sources: sourcesOf(events),
    ...(await recalledBy(kernel, events)),
    ...(changed.length > 0 ? { changed } : {}),
    costSoFar: microUsd(0),
    dueAt: node.within === null ? null : later(kernel.clock.now(), node.within),
    otherwise: node.otherwise,
    ...(before ? { before } : {}),
  }
  return {
    id: gate,
    run: run.id,
    task: task.id,
    subject: task.subject,
    origin: inputs.origin,
    covers: node.covers,
    card,
  }
}
