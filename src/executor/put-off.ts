import type { TaskId } from '../values/id.ts'
import type { Kernel } from './kernel.ts'

/** Looked at, and called, in one go: 20 ms of the writer. */
export const calledAtOnce = 500

/** Tasks that are not due yet or just are, a page of them, with the event that last put each of them off. */
export function putOff({ store }: Pick<Kernel, 'store'>) {
  return store.read
    .selectFrom('tasks as t')
    .select(({ selectFrom }) => [
      't.id',
      't.due_at',
      selectFrom('events as e')
        .select(({ fn }) => fn.max<number | null>('e.seq').as('seq'))
        .whereRef('e.run_id', '=', 't.run_id')
        .whereRef('e.task_id', '=', 't.id')
        .where('e.kind', '=', 'task.postponed')
        .as('postponed'),
    ])
    .where('t.state', '=', 'ready')
    .limit(calledAtOnce)
}

/** Makes these due now: what they waited for has changed. */
export async function callTasks({ store, queue }: Kernel, tasks: readonly TaskId[]): Promise<void> {
  if (tasks.length === 0) return
  await store.write(async (tx) => {
    for (const task of tasks) await queue.call(tx, task)
  })
}
