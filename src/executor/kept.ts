import type { Keep } from '../memory/working.ts'
import type { Attempt } from './attempt.ts'
import type { Ask } from './effect.ts'
import type { Performed } from './ending.ts'

type Done = Extract<Performed, { kind: 'done' }>

/**
 * Puts what an action says to keep into the run's working memory, in the transaction that ends its task or step: once, however many
 * attempts there were, and not by an attempt that was overtaken.
 */
export function withKept(attempt: Attempt, ask: Ask, done: Done): Done {
  const { kernel, task } = attempt
  const keep = ask.action.keeps?.(ask.input)
  if (keep === undefined) return done
  return {
    ...done,
    async also(tx) {
      await done.also?.(tx)
      await kernel.queue.assertFence(tx, task.id, task.fence)
      await kernel.memory.working.put(tx, {
        ...(keep as Keep),
        run: task.run_id,
        task: task.id,
        subject: task.subject,
        origin: ask.origin,
      })
    },
  }
}
