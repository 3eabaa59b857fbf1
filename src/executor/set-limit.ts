import type { Scope } from '../budget/budget.ts'
import { nextPeriod } from '../budget/period.ts'
import type { TaskId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Instant } from '../values/time.ts'
import type { Kernel } from './kernel.ts'
import { calledAtOnce, callTasks, putOff } from './put-off.ts'

/**
 * Limits what a purse may spend; `null` lifts the limit. What was put off until the next month for want of money is called: it asks
 * again at once, and is put off again where it is still not enough.
 */
export async function setLimit(kernel: Kernel, scope: Scope, limit: Usd | null): Promise<void> {
  await kernel.store.write((tx) => kernel.budget.setLimit(tx, scope, limit))
  const { begins } = nextPeriod(kernel.clock.now(), kernel.timeZone)
  for (let after = '' as TaskId | undefined; after !== undefined; ) {
    const waiting = await dueThen(kernel, begins, after)
    await callTasks(kernel, await deferredOf(kernel, waiting))
    after = waiting.length === calledAtOnce ? waiting.at(-1)?.id : undefined
  }
}

/** Tasks that are due at an instant. */
function dueThen(
  kernel: Kernel,
  due: Instant,
  after: TaskId | '',
): Promise<{ id: TaskId; postponed: number | null }[]> {
  return putOff(kernel)
    .where('t.due_at', '=', due)
    .where('t.id', '>', after as TaskId)
    .orderBy('t.id')
    .execute()
}

/** Those of them that were put off for want of money, and not until a time of their own that happens to be the same. */
async function deferredOf(
  { journal }: Kernel,
  waiting: readonly { readonly id: TaskId; readonly postponed: number | null }[],
): Promise<TaskId[]> {
  const seqs = waiting.flatMap(({ postponed }) => (postponed === null ? [] : [postponed]))
  const why = new Map((await journal.at(seqs)).map((event) => [event.task, event]))
  return waiting.flatMap(({ id }) => {
    const event = why.get(id)
    const money = event?.kind === 'task.postponed' && event.payload?.fault.code === 'budget.deferred'
    return money ? [id] : []
  })
}
