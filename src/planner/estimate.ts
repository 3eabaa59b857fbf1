import { microUsd, type Usd } from '../values/money.ts'
import { type Duration, longestDelay, milliseconds } from '../values/time.ts'
import { sourcesOf } from './needs.ts'
import type { Doers, Plan, PlannedTask } from './plan.ts'
import { withRoles } from './role.ts'
import { isDoerTask } from './walk.ts'

/** The worst that a plan may take, as far as budgets are given; what they do not say is named. */
export interface Estimate {
  /** Sum of all budgets, each body times its max. */
  readonly cost: Usd
  /** Working time of all tasks together. */
  readonly work: Duration
  /** Working time along the longest chain of needs: as fast as it can be in the worst case, items one after another. */
  readonly time: Duration
  /** The longest chain of delays and of gates and waits that run to the end of their time; unanswered gates without an end are not in it. */
  readonly waiting: Duration
  /** What the operator will be asked. `times` is how often at most. */
  readonly gates: readonly {
    readonly task: string
    readonly kind: 'batch' | 'confirm'
    readonly covers: readonly string[]
    readonly within: Duration | null
    readonly times: number
  }[]
  /** Runs of tasks at most; sub-plans are counted as one. */
  readonly tasks: number
  /** Tasks whose cost or time no budget bounds: the run's own budget does, when it has one. */
  readonly unknown: { readonly cost: readonly string[]; readonly time: readonly string[] }
}

/** Adds up a plan. A circle in it, which is a fault of its own, counts once. */
export function estimate(plan: Plan, doers: Doers): Estimate {
  const sum = addUp(plan.tasks, withRoles(plan, doers), 1)
  return {
    cost: microUsd(Math.min(sum.cost, Number.MAX_SAFE_INTEGER)),
    work: milliseconds(sum.work),
    time: milliseconds(sum.time),
    waiting: milliseconds(sum.waiting),
    gates: sum.gates,
    tasks: sum.tasks,
    unknown: { cost: sum.unknownCost, time: sum.unknownTime },
  }
}

interface Sum {
  cost: number
  work: number
  time: number
  waiting: number
  tasks: number
  readonly gates: Estimate['gates'][number][]
  readonly unknownCost: string[]
  readonly unknownTime: string[]
}

/** One list of tasks, done `times` times over. `time` and `waiting` are for once, the rest for all. */
function addUp(tasks: readonly PlannedTask[], doers: Doers, times: number): Sum {
  const sum: Sum = { cost: 0, work: 0, time: 0, waiting: 0, tasks: 0, gates: [], unknownCost: [], unknownTime: [] }
  const lengths = new Map<string, { readonly time: number; readonly waiting: number }>()
  for (const task of tasks) lengths.set(task.name, count(sum, task, doers, times))
  sum.time = longest(tasks, (name) => lengths.get(name)?.time ?? 0)
  sum.waiting = longest(tasks, (name) => lengths.get(name)?.waiting ?? 0)
  return sum
}

/** Adds one task to the sum and gives its own length. */
function count(sum: Sum, task: PlannedTask, doers: Doers, times: number): { time: number; waiting: number } {
  sum.tasks += times
  const delay = task.delay === null ? 0 : longestDelay(task.delay)
  if (task.kind === 'gate') {
    const { name, gate, covers, within } = task
    sum.gates.push({ task: name, kind: gate, covers, within, times })
    return { time: 0, waiting: delay + (within ?? 0) }
  }
  if (task.kind === 'wait') return { time: 0, waiting: delay + task.within }
  if (task.kind === 'each') {
    const inner = addUp(task.body, doers, times * task.max)
    sum.cost += inner.cost
    sum.work += inner.work
    sum.tasks += inner.tasks
    sum.gates.push(...inner.gates)
    sum.unknownCost.push(...inner.unknownCost)
    sum.unknownTime.push(...inner.unknownTime)
    return { time: inner.time * task.max, waiting: delay + inner.waiting }
  }
  const { cost, time } = budgetOf(task, doers)
  if (cost === undefined) sum.unknownCost.push(task.name)
  if (time === undefined) sum.unknownTime.push(task.name)
  sum.cost += (cost ?? 0) * times
  sum.work += (time ?? 0) * times
  return { time: time ?? 0, waiting: delay }
}

/** What bounds a task: its own budget or its doer's, whichever is less. Functions and conditions are free; so is an action that charges nothing. */
function budgetOf(task: PlannedTask, doers: Doers): { cost: number | undefined; time: number | undefined } {
  const facts = isDoerTask(task) ? doers.get(task.doer) : undefined
  const least = (part: 'cost' | 'time') => {
    const given = [task.budget?.[part], facts?.budget?.[part]].filter((limit) => limit != null)
    return given.length === 0 ? undefined : Math.min(...given)
  }
  const [cost, time] = [least('cost'), least('time')]
  if (task.kind === 'function' || task.kind === 'when') return { cost: cost ?? 0, time: time ?? 0 }
  if (task.kind === 'action' && facts?.risk !== 'chargeable') return { cost: cost ?? 0, time: time ?? 0 }
  return { cost, time }
}

function longest(tasks: readonly PlannedTask[], lengthOf: (name: string) => number): number {
  const byName = new Map(tasks.map((task) => [task.name, task]))
  const known = new Map<string, number>()
  const until = (name: string): number => {
    const before = known.get(name)
    if (before !== undefined) return before
    known.set(name, 0)
    const task = byName.get(name)
    const needed = task === undefined ? [] : sourcesOf(task).filter((source) => byName.has(source))
    const end = lengthOf(name) + Math.max(0, ...needed.map(until))
    known.set(name, end)
    return end
  }
  return Math.max(0, ...tasks.map((task) => until(task.name)))
}
