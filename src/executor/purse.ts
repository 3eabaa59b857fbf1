import type { Scope, Spender } from '../budget/budget.ts'
import { periodOf } from '../budget/period.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import { isRepeat, type TaskId } from '../values/id.ts'
import { microUsd, type Usd } from '../values/money.ts'
import type { Attempt } from './attempt.ts'
import { agentAtWork } from './hold-back.ts'
import type { Kernel } from './kernel.ts'
import { pursesAgain } from './repeat.ts'
import { tasksAbove } from './tasks-above.ts'

/**
 * The purses that a task spends from: the company's month, its workflow's month, its run, itself, what its agent may spend on it, and
 * every task that planned or spread it. Money spent anywhere below counts above.
 */
export async function scopesOf(attempt: Attempt): Promise<Scope[]> {
  const { kernel, run, task, own } = attempt
  const month = periodOf(kernel.clock.now(), kernel.timeZone)
  const above = await tasksAbove(kernel.store, task)
  return [
    { scope: 'company', period: month },
    { scope: `workflow:${run.workflow}`, period: month },
    { scope: `run:${run.id}`, period: 'life' },
    { scope: `task:${task.id}`, period: 'life' },
    ...(own?.cost === undefined ? [] : [ownPurse(task.id)]),
    ...(isRepeat(run.id) ? await pursesAgain(kernel, run.id) : []),
    ...above.map(({ id }) => ({ scope: `task:${id}`, period: 'life' })),
  ]
}

/**
 * What the agent of a task spends on it itself. A purse of its own: what the operator gives the task makes it no dearer, and what the
 * tasks of a plan spend is none of its planner's.
 */
export function ownPurse(task: TaskId): Scope {
  return { scope: `agent:${task}`, period: 'life' }
}

/** On whose behalf a step spends, and whom it asks. */
export function spenderOf(attempt: Attempt, step: string, account: string): Spender {
  const { run, task } = attempt
  const agent = agentAtWork(attempt)
  const owner = { run: run.id, task: task.id, subject: task.subject, step, fence: task.fence }
  return { ...owner, account, ...(agent === undefined ? {} : { agent }) }
}

/**
 * The first spending from a purse puts its limit in force: the config's for a month, the agent's own for a task. What the operator set
 * since stays.
 */
export async function limitNew(tx: Tx, { kernel, task, own }: Attempt, scopes: readonly Scope[]): Promise<void> {
  const ofAgent = ownPurse(task.id).scope
  for (const scope of scopes) {
    const limit = scope.scope === ofAgent ? own?.cost : kernel.monthlyLimits.get(scope.scope)
    if (limit !== undefined && !(await purse.first(tx.db, scope))) await kernel.budget.setLimit(tx, scope, limit)
  }
}

/** Another version takes a task over: what it may spend on it begins anew. */
export async function limitAfresh(tx: Tx, kernel: Kernel, task: TaskId, cost: Usd | undefined): Promise<void> {
  const scope = ownPurse(task)
  const before = await purse.first(tx.db, scope)
  if (!before) return
  const limit = cost === undefined ? null : microUsd(before.spent + before.reserved + cost)
  await kernel.budget.setLimit(tx, scope, limit)
}

const purse = compiled((db, given: Scope) =>
  db
    .selectFrom('budgets')
    .select(['spent', 'reserved'])
    .where('scope', '=', given.scope)
    .where('period', '=', given.period),
)
