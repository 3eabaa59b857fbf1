import type { Attempt } from './attempt.ts'
import type { Scope } from '../budget/budget.ts'
import { periodOf } from '../budget/period.ts'

/**
 * The purses that a task spends from: the company's month, its workflow's month, its run, itself, and every task that planned or
 * spread it. Money spent anywhere below counts above.
 */
export async function scopesOf(attempt: Attempt): Promise<Scope[]> {
  const { kernel, run, task } = attempt
  const month = periodOf(kernel.clock.now(), kernel.timeZone)
  const above: Scope[] = []
  let parent = task.parent_id
  while (parent !== null) {
    above.push({ scope: `task:${parent}`, period: 'life' })
    const row = await kernel.store.read.selectFrom('tasks').select('parent_id').where('id', '=', parent).executeTakeFirst()
    parent = row?.parent_id ?? null
  }
  return [
    { scope: 'company', period: month },
    { scope: `workflow:${run.workflow}`, period: month },
    { scope: `run:${run.id}`, period: 'life' },
    { scope: `task:${task.id}`, period: 'life' },
    ...above,
  ]
}
