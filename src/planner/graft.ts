import { type Fault, fault } from '../values/fault.ts'
import { contentHash, type Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import { check } from './check.ts'
import type { Ancestor } from './check-graph.ts'
import type { PlanLimits } from './check-limits.ts'
import { type Estimate, estimate } from './estimate.ts'
import { withNeeds } from './needs.ts'
import { type Doers, type Plan, type PlannedTask, runInput, type Wire } from './plan.ts'
import { isDoerTask, placedTasks } from './walk.ts'

/** Where a sub-plan is to be hung in. */
export interface GraftPoint {
  /** The plan with the `plan` task, and that task's name in it. */
  readonly plan: Plan
  readonly task: string
  /** The full name of that task in the run: the prefix of all that is grafted. */
  readonly prefix: string
  /** The plans around that plan, outermost first, when it was grafted itself. */
  readonly ancestors?: readonly Ancestor[]
  /** Where what the planner agent wrote comes from: the worst of all that it was given. */
  readonly made: Origin
  readonly limits?: Partial<PlanLimits>
}

/** A sub-plan, ready to be stored and added. The same sub-plan at the same place is the same graft. */
export interface Graft {
  /** The sub-plan as it is stored: completed from the task that asked for it. `hash` is its content hash. */
  readonly plan: Plan
  readonly hash: string
  readonly prefix: string
  /** Its tasks, with every name in full (`prefix/name`) and the goal wired from around. */
  readonly tasks: readonly PlannedTask[]
  /** Where its output is found, by full name. */
  readonly output: Wire
  readonly estimate: Estimate
  /** Its tasks that do more than read and write inside the company: why the operator may want to see it first. */
  readonly risky: readonly string[]
}

export type Grafted =
  | { readonly ok: true; readonly graft: Graft }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/** JSON Schema of `$input` inside a sub-plan. */
const subPlanInput: Json = { type: 'object', properties: { goal: { type: 'string' } }, required: ['goal'] }

/**
 * Completes and checks what a planner agent wrote and gives the tasks to add, or all that is wrong with it. Pure: call it when the
 * plan arrives and again after its gate. It may name only what `allow` names, must give what `produces` asks, must fit the task's
 * own budget, and is under the same rules of gates and taint as any plan.
 */
export function graft(written: Plan, point: GraftPoint, doers: Doers): Grafted {
  const placed = [...placedTasks(point.plan)].find(({ task }) => task.name === point.task)
  const asked = placed?.task
  if (asked?.kind !== 'plan') throw new TypeError(`"${point.task}" is no plan task of ${point.plan.name}`)
  const plan: Plan = {
    ...written,
    name: asked.name,
    input: subPlanInput,
    lane: point.plan.lane,
    subject: null,
    budget: asked.budget,
    deadline: null,
    tasks: withNeeds(withKinds(written.tasks, doers)),
  }
  const ancestors = [...(point.ancestors ?? []), { plan: point.plan, task: point.task }]
  const faults = check(plan, doers, {
    ancestors,
    allow: asked.allow,
    produces: asked.produces,
    sources: { input: point.made, made: point.made },
    ...(point.limits === undefined ? {} : { limits: point.limits }),
  })
  if (faults.length > 0) return { ok: false, faults }
  const rename = renamer(plan, point.prefix, asked.inputs.goal)
  return {
    ok: true,
    graft: {
      plan,
      hash: contentHash(plan),
      prefix: point.prefix,
      tasks: plan.tasks.map(rename.task),
      output: rename.wire(plan.output),
      estimate: estimate(plan, doers),
      risky: riskyIn(plan, doers),
    },
  }
}

/** The faults of a graft as one, for the planner agent to try again and for the operator to read. */
export function notProduced(planner: string, faults: readonly Fault[]): Fault {
  const told = faults.slice(0, 8).map((one) => one.message)
  const more = faults.length > told.length ? ` And ${faults.length - told.length} more.` : ''
  return fault('plan.not-produced', { planner, why: `${told.join(' ').replace(/\.$/, '')}${more}` })
}

/** A planner that knows a doer's name but not its kind is understood. */
function withKinds(tasks: readonly PlannedTask[], doers: Doers): readonly PlannedTask[] {
  return tasks.map((task) => {
    if (task.kind === 'each') return { ...task, body: withKinds(task.body, doers) }
    const kind = isDoerTask(task) ? doers.get(task.doer)?.kind : undefined
    // How long to wait is nothing that could be guessed.
    if (kind === undefined || kind === 'wait' || task.kind === 'wait') return task
    return { ...task, kind } as PlannedTask
  })
}

interface Renamer {
  task(task: PlannedTask): PlannedTask
  wire(wire: Wire): Wire
}

function renamer(plan: Plan, prefix: string, goal: Wire | undefined): Renamer {
  const names = new Set([...placedTasks(plan)].map((placed) => placed.task.name))
  const full = (name: string) => (names.has(name) ? `${prefix}/${name}` : name)
  const wire = (given: Wire): Wire => {
    if ('value' in given) return given
    if (given.from !== runInput) return { from: full(given.from), path: given.path }
    if (goal === undefined) return given
    // `$input` is { goal } here: its one field is what the task around was given.
    const inside = given.path.slice(1)
    return 'value' in goal ? goal : { from: goal.from, path: [...goal.path, ...inside] }
  }
  const task = (given: PlannedTask): PlannedTask => {
    const same = {
      name: full(given.name),
      inputs: Object.fromEntries(Object.entries(given.inputs).map(([input, from]) => [input, wire(from)])),
      needs: given.needs.map(full),
      guards: given.guards.map(full),
      at: given.at !== null && typeof given.at === 'object' ? wire(given.at) : given.at,
    }
    if (given.kind === 'each') return { ...given, ...same, body: given.body.map(task), result: wire(given.result) }
    return { ...given, ...same }
  }
  return { task, wire }
}

function riskyIn(plan: Plan, doers: Doers): readonly string[] {
  return [...placedTasks(plan)].flatMap(({ task }) => {
    const names = isDoerTask(task)
      ? [task.doer, ...(doers.get(task.doer)?.tools ?? [])]
      : task.kind === 'plan'
        ? task.allow
        : []
    const risky = names.some((name) => !['read', 'internal'].includes(doers.get(name)?.risk ?? 'internal'))
    return risky ? [task.name] : []
  })
}
