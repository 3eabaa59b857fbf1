import { type Origin, worstOrigin } from '../values/origin.ts'
import { type Doers, eachItem, type Plan, type PlannedTask, runInput, type Wire } from './plan.ts'
import { type Scene, scene } from './scene.ts'
import { isDoerTask, type Placed, wiresOf } from './walk.ts'

/** Where the values of a plan come from, as far as can be told before it runs. The run only finds worse. */
export interface Taint {
  /** Where what a task gives comes from, by name. */
  readonly outputs: ReadonlyMap<string, Origin>
  /** What a wire carries, seen from a place. */
  of(wire: Wire, from: Placed['inside']): Origin
  /**
   * Who decides whether and how often a task happens: the conditions that guard it, the lists that it is repeated for, whoever
   * wrote the plan, and the same of all that it needs. What the operator passed at a gate counts as theirs.
   */
  controlOf(placed: Placed): Origin
}

export interface TaintSources {
  /** Where the run's input comes from. Default: `operator`. */
  readonly input?: Origin
  /** Who wrote the plan and the literals in it: `external` when a planner was given external text. Default: `system`. */
  readonly made?: Origin
}

/** The static taint of a plan. */
export function taint(plan: Plan, doers: Doers, sources: TaintSources = {}): Taint {
  return taintIn(scene(plan, doers), sources)
}

/** The same of a plan that is already laid out. */
export function taintIn(laid: Scene, sources: TaintSources = {}): Taint {
  const made = sources.made ?? 'system'
  const outputs = new Map<PlannedTask, Origin>()
  const controls = new Map<PlannedTask, Origin>()

  const of: Taint['of'] = (wire, from) => {
    if ('value' in wire) return made
    if (wire.from === runInput) return sources.input ?? 'operator'
    if (wire.from === eachItem) {
      const items = from.at(-1)?.inputs.items
      return items === undefined ? 'system' : of(items, from.slice(0, -1))
    }
    const source = laid.find(wire.from, from)
    return source === undefined ? 'system' : outputOf(source)
  }

  const outputOf = (placed: Placed): Origin =>
    once(outputs, placed.task, () =>
      worstOrigin([
        ...wiresOf(placed.task).map(([, wire]) => of(wire, placed.inside)),
        ...doerOrigins(placed.task, laid.doers),
        ...(placed.task.kind === 'each' ? [of(placed.task.result, [...placed.inside, placed.task])] : []),
        controlOf(placed),
      ]),
    )

  const controlOf: Taint['controlOf'] = (placed) =>
    once(controls, placed.task, () => {
      const { task, inside } = placed
      const around = inside.at(-1)
      const guarding = task.guards.flatMap((name) => laid.find(name, inside) ?? [])
      const needed = task.needs.flatMap((name) => laid.find(name, inside) ?? [])
      return worstOrigin([
        made,
        ...guarding.map((guard) => decided(guard, 'of')),
        ...needed.filter((one) => one.task.kind !== 'gate').map(controlOf),
        ...(around === undefined ? [] : [decided({ task: around, inside: inside.slice(0, -1) }, 'items')]),
        ...(around === undefined ? [] : [controlOf({ task: around, inside: inside.slice(0, -1) })]),
      ])
    })

  /** The origin of what decides: the operator's own when it comes straight from a gate. */
  const decided = (placed: Placed, input: string): Origin => {
    const wire = placed.task.inputs[input]
    if (wire === undefined || isFromGate(laid, wire, placed.inside)) return 'operator'
    return of(wire, placed.inside)
  }

  for (const placed of laid.all) outputOf(placed)
  return { outputs: new Map([...outputs].map(([task, origin]) => [task.name, origin])), of, controlOf }
}

/** True when a wire carries a part of what the operator passed at a gate, or of an item of a list that they did. */
export function isFromGate(laid: Scene, wire: Wire, from: Placed['inside']): boolean {
  if ('value' in wire) return false
  if (wire.from !== eachItem) return laid.find(wire.from, from)?.task.kind === 'gate'
  const items = from.at(-1)?.inputs.items
  return items !== undefined && isFromGate(laid, items, from.slice(0, -1))
}

/** What a task adds of its own: the doer's, and that of the tools and doers it may reach for. */
function doerOrigins(task: PlannedTask, doers: Doers): readonly Origin[] {
  const names = isDoerTask(task) ? [task.doer] : task.kind === 'plan' ? [task.planner, ...task.allow] : []
  return names.flatMap((name) => {
    const facts = doers.get(name)
    if (facts === undefined) return []
    return [facts.origin, ...facts.tools.flatMap((tool) => doers.get(tool)?.origin ?? [])]
  })
}

/** Each task once; in a circle, which is a fault of its own, `operator` adds nothing. */
function once(known: Map<PlannedTask, Origin>, task: PlannedTask, compute: () => Origin): Origin {
  const before = known.get(task)
  if (before !== undefined) return before
  known.set(task, 'operator')
  const origin = compute()
  known.set(task, origin)
  return origin
}
