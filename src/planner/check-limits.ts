import { type Fault, fault } from '../values/fault.ts'
import { formatUsd, microUsd } from '../values/money.ts'
import { estimate } from './estimate.ts'
import type { Plan, PlannedBudget, PlannedTask } from './plan.ts'
import type { Scene } from './scene.ts'

/** How much one plan may hold. Each bounds what one run can put into the store before the operator sees it. */
export interface PlanLimits {
  /** Tasks, those in bodies included. Default 500: as many as one transaction adds. */
  readonly tasks: number
  /** Items of one `each`. Default 10 000: twice the largest audience the newsletter is made for. */
  readonly items: number
  /** Bodies within bodies, and plans grafted under plans. Default 4. */
  readonly depth: number
}

export const usualLimits: PlanLimits = { tasks: 500, items: 10_000, depth: 4 }

// A hundred years: far beyond any deadline, and far from where dates end.
const mostDays = 36_500

/** Limits that make no sense, or are beyond what a plan may hold. */
export function checkLimits(laid: Scene, limits: PlanLimits, ancestors: number): Fault[] {
  const { plan } = laid
  const about = (task: string, wrongs: readonly (string | undefined)[]) =>
    wrongs.flatMap((why) => (why === undefined ? [] : [fault('plan.bad-limit', { task, why })]))
  return [
    ...about(plan.name, [
      laid.all.length === 0 ? 'the plan has no task' : undefined,
      laid.all.length > limits.tasks ? `it has ${laid.all.length} tasks, more than ${limits.tasks}` : undefined,
      ancestors > limits.depth ? `it is a plan within ${ancestors} others; at most ${limits.depth}` : undefined,
      plan.deadline !== null && plan.deadline <= 0 ? 'its deadline is no time at all' : undefined,
      ...budgetWrongs(plan.budget),
    ]),
    ...laid.all.flatMap(({ task, inside }) =>
      about(task.name, [
        ...taskWrongs(task, limits),
        inside.length > limits.depth ? `it is in ${inside.length} bodies; at most ${limits.depth}` : undefined,
      ]),
    ),
  ]
}

/** Budgets that would put a lower model to work where its agent forbids it. */
export function checkDowngrades(plan: Plan, laid: Scene): Fault[] {
  return laid.all.flatMap(({ task }) => {
    const doer = task.kind === 'agent' ? task.doer : task.kind === 'plan' ? task.planner : undefined
    const whenSpent = task.budget?.whenSpent ?? plan.budget?.whenSpent
    if (doer === undefined || whenSpent !== 'downgrade' || !laid.doers.get(doer)?.keepsTier) return []
    const why = `its budget is downgraded when it is spent, and ${doer} works with no lower tier than its own`
    return [fault('plan.bad-limit', { task: task.name, why })]
  })
}

/** Tasks that may cost more than the run may, in the worst case. */
export function checkBudget(plan: Plan, laid: Scene): Fault[] {
  const limit = plan.budget?.cost ?? null
  const sum = estimate(plan, laid.doers).cost
  if (limit === null || sum <= limit || !Number.isSafeInteger(sum)) return []
  return [fault('plan.over-budget', { sum: formatUsd(microUsd(sum)), limit: formatUsd(limit) })]
}

function taskWrongs(task: PlannedTask, limits: PlanLimits): readonly (string | undefined)[] {
  const { retry } = task
  return [
    ...budgetWrongs(task.budget),
    ...delayWrongs(task.delay),
    Math.abs(task.priority) > 1000 ? 'its priority is beyond 1000' : undefined,
    retry !== null && !(retry.attempts >= 1 && retry.attempts <= 100)
      ? 'it is tried between 1 and 100 times'
      : undefined,
    retry !== null && !(retry.factor >= 1 && retry.first >= 0 && retry.most >= retry.first)
      ? 'its pauses between attempts must not shrink'
      : undefined,
    task.kind === 'gate' && task.within !== null && task.within <= 0 ? 'nobody answers within no time' : undefined,
    task.kind === 'wait' && !(task.within > 0) ? 'nothing comes in within no time' : undefined,
    task.kind === 'each' && !(Number.isInteger(task.max) && task.max >= 1 && task.max <= limits.items)
      ? `max is ${task.max}; it must be between 1 and ${limits.items}`
      : undefined,
    task.kind === 'each' && task.body.length === 0 ? 'its body has no task' : undefined,
    task.kind === 'plan' && task.allow.length === 0 ? 'its planner may use nothing' : undefined,
  ]
}

function delayWrongs(delay: PlannedTask['delay']): readonly (string | undefined)[] {
  if (delay === null) return []
  if (typeof delay === 'number') return [delay < 0 ? 'its delay is negative' : undefined]
  const { calendarDays } = delay
  return [
    Number.isInteger(calendarDays) && calendarDays >= 0 && calendarDays <= mostDays
      ? undefined
      : `its delay is ${calendarDays} calendar days; it must be a whole number up to ${mostDays}`,
  ]
}

const whenSpents: ReadonlySet<PlannedBudget['whenSpent']> = new Set(['ask', 'stop', 'downgrade', 'defer'])

function budgetWrongs(budget: PlannedBudget | null): readonly (string | undefined)[] {
  if (budget === null) return []
  return [
    budget.cost !== null && budget.cost < 0 ? 'its budget is negative' : undefined,
    budget.time !== null && budget.time <= 0 ? 'its budget is no time at all' : undefined,
    whenSpents.has(budget.whenSpent)
      ? undefined
      : `its whenSpent is ${budget.whenSpent}; it is ask, stop, downgrade or defer`,
  ]
}
