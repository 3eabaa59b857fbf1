import { type Doers, eachItem, type Plan, runInput, type Wire } from './plan.ts'
import { type Scene, scene } from './scene.ts'
import { isDoerTask, type Placed } from './walk.ts'

/** The gate whose approval stands for what an action sends, and the inputs that it must cover, each with its wire. */
export interface Lineage {
  readonly gate: string
  /**
   * What is sent, by input: a part of the gate's output (`from` is the gate, or `$item` of a list that comes from it), or the whole
   * output of another action that the same gate covers and stands for. At run time the first kind must hash as approved.
   */
  readonly inputs: Readonly<Record<string, Extract<Wire, { from: string }>>>
}

/**
 * The name of the gate that must have approved exactly what this action sends, or `undefined` when no gate of the plan does.
 * All that is sent must come from one gate that covers the action, with nothing made of it in between.
 */
export function approvingGate(plan: Plan, task: string, doers: Doers): string | undefined {
  return lineageOf(plan, task, doers)?.gate
}

/** As `approvingGate`, with the inputs that the approval must match. */
export function lineageOf(plan: Plan, task: string, doers: Doers): Lineage | undefined {
  const laid = scene(plan, doers)
  const placed = laid.all.find((one) => one.task.name === task)
  return placed === undefined ? undefined : lineageIn(laid, placed)
}

/** The same in a plan that is already laid out. */
export function lineageIn(laid: Scene, placed: Placed): Lineage | undefined {
  return trace(laid, placed, new Set())
}

function trace(laid: Scene, placed: Placed, seen: ReadonlySet<string>): Lineage | undefined {
  const { task, inside } = placed
  if (task.kind !== 'action' || seen.has(task.name)) return undefined
  const facts = laid.doers.get(task.doer)
  if (facts === undefined) return undefined
  const sent = facts.content.length === 0 ? Object.keys(task.inputs) : contentInputs(facts.content)
  const inputs: Record<string, Extract<Wire, { from: string }>> = {}
  const gates = new Set<string | undefined>()
  for (const input of sent) {
    const wire = task.inputs[input]
    if (wire === undefined) continue // left out: nothing is sent of it
    gates.add(gateBehind(laid, wire, inside, task.doer, new Set([...seen, task.name])))
    if ('from' in wire) inputs[input] = wire
  }
  const [gate, ...others] = gates
  return gate === undefined || others.length > 0 ? undefined : { gate, inputs }
}

/** The inputs that hold what is sent: content may be a part of one (`campaign.issue`). */
export function contentInputs(content: readonly string[]): readonly string[] {
  return [...new Set(content.map((field) => field.split('.')[0] ?? field))]
}

/** The gate covering `action` from which a wire comes, directly or through an action that the same gate covers. */
function gateBehind(
  laid: Scene,
  wire: Wire,
  from: Placed['inside'],
  action: string,
  seen: ReadonlySet<string>,
): string | undefined {
  if ('value' in wire || wire.from === runInput) return undefined
  if (wire.from === eachItem) {
    const items = from.at(-1)?.inputs.items
    return items === undefined ? undefined : gateBehind(laid, items, from.slice(0, -1), action, seen)
  }
  const source = laid.find(wire.from, from)
  if (source === undefined) return undefined
  if (source.task.kind === 'gate') return source.task.covers.includes(action) ? source.task.name : undefined
  if (!isDoerTask(source.task) || wire.path.length > 0 || !stores(laid, source.task.doer)) return undefined
  const before = trace(laid, source, seen)
  const gate = before === undefined ? undefined : laid.all.find((one) => one.task.name === before.gate)?.task
  return gate?.kind === 'gate' && gate.covers.includes(action) ? gate.name : undefined
}

/**
 * True for an action that puts down what it was given (a provider's draft). What a reading action gives is other content than
 * what it was asked with, and the approval of a question is none of its answer.
 */
function stores(laid: Scene, action: string): boolean {
  const facts = laid.doers.get(action)
  return facts !== undefined && facts.risk !== 'read' && facts.effect !== 'none'
}
