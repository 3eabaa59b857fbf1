import { type Fault, fault } from '../values/fault.ts'
import { needsGate } from '../values/risk.ts'
import { contentInputs, type Lineage, lineageIn } from './lineage.ts'
import type { DoerFacts } from './plan.ts'
import type { Scene } from './scene.ts'
import { isFromGate, type Taint, type TaintSources, taintIn } from './taint.ts'
import type { Placed } from './walk.ts'

/** Irreversible, chargeable and contractual actions without a gate on exactly what is sent. */
export function checkGates(laid: Scene): Fault[] {
  return actionsOf(laid).flatMap(({ placed, facts, lineage }) => {
    if (lineage !== undefined || !needsGate(facts.risk, facts.effect)) return []
    const risk = facts.effect === 'irreversible' ? `${facts.risk} and irreversible` : facts.risk
    return [fault('plan.ungated', { task: placed.task.name, action: facts.name, risk })]
  })
}

/** Text from outside that would choose whom an action reaches, or whether it happens, past the operator. */
export function checkControl(laid: Scene, sources: TaintSources): Fault[] {
  const tainted = taintIn(laid, sources)
  return actionsOf(laid).flatMap((one) => {
    if (one.facts.risk === 'read' || one.facts.risk === 'internal') return []
    return [...choices(laid, tainted, one), ...controls(tainted, one)]
  })
}

interface ActionTask {
  readonly placed: Placed
  readonly facts: DoerFacts
  readonly lineage: Lineage | undefined
}

function actionsOf(laid: Scene): readonly ActionTask[] {
  return laid.all.flatMap((placed) => {
    const facts = placed.task.kind === 'action' ? laid.doers.get(placed.task.doer) : undefined
    return facts?.kind === 'action' ? [{ placed, facts, lineage: lineageIn(laid, placed) }] : []
  })
}

/** Inputs that are not content name the recipient, the amount or the payee; where all is content, any may. */
function choices(laid: Scene, tainted: Taint, { placed, facts, lineage }: ActionTask): readonly Fault[] {
  if (!facts.recipientFields) return []
  return Object.entries(placed.task.inputs).flatMap(([input, wire]) => {
    if (contentInputs(facts.content).includes(input) || (lineage !== undefined && input in lineage.inputs)) return []
    if (tainted.of(wire, placed.inside) !== 'external' || isFromGate(laid, wire, placed.inside)) return []
    const control = `choose "${input}" of ${facts.name}, and so whom it reaches or what it costs`
    return [fault('plan.external-control', { task: placed.task.name, control })]
  })
}

/** A gate on what is sent lets the operator decide after all; without one, nobody would. */
function controls(tainted: Taint, { placed, facts, lineage }: ActionTask): readonly Fault[] {
  if (lineage !== undefined || tainted.controlOf(placed) !== 'external') return []
  const control = `decide whether or how often ${facts.name} happens`
  return [fault('plan.external-control', { task: placed.task.name, control })]
}
