import type { Scope, Spender } from '../budget/budget.ts'
import { periodOf } from '../budget/period.ts'
import type { Tx } from '../store/store.ts'
import { isRepeat } from '../values/id.ts'
import type { Attempt } from './attempt.ts'
import { agentAtWork } from './hold-back.ts'
import type { Kernel } from './kernel.ts'
import { pursesAgain } from './repeat.ts'
import { tasksAbove } from './tasks-above.ts'

/**
 * The purses that a task spends from: the company's month, its workflow's month, its run, itself, and every task that planned or
 * spread it. Money spent anywhere below counts above.
 */
export async function scopesOf(attempt: Attempt): Promise<Scope[]> {
  const { kernel, run, task } = attempt
  const month = periodOf(kernel.clock.now(), kernel.timeZone)
  const above = await tasksAbove(kernel.store, task)
  return [
    { scope: 'company', period: month },
    { scope: `workflow:${run.workflow}`, period: month },
    { scope: `run:${run.id}`, period: 'life' },
    { scope: `task:${task.id}`, period: 'life' },
    ...(isRepeat(run.id) ? await pursesAgain(kernel, run.id) : []),
    ...above.map(({ id }) => ({ scope: `task:${id}`, period: 'life' })),
  ]
}

/** On whose behalf a step spends, and whom it asks. */
export function spenderOf(attempt: Attempt, step: string, account: string): Spender {
  const { run, task } = attempt
  const agent = agentAtWork(attempt)
  const owner = { run: run.id, task: task.id, subject: task.subject, step, fence: task.fence }
  return { ...owner, account, ...(agent === undefined ? {} : { agent }) }
}

/** The first spending of a month puts the config's limits in force for it; what the operator set for that month stays. */
export async function limitMonth(tx: Tx, kernel: Kernel, scopes: readonly Scope[]): Promise<void> {
  for (const scope of scopes) {
    const limit = kernel.monthlyLimits.get(scope.scope)
    if (limit === undefined) continue
    const { scope: name, period } = scope
    const known = await tx.db
      .selectFrom('budgets')
      .select('scope')
      .where('scope', '=', name)
      .where('period', '=', period)
      .executeTakeFirst()
    if (!known) await kernel.budget.setLimit(tx, scope, limit)
  }
}
