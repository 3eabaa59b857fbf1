import { wrongWithSighting } from '../identity/pointer.ts'
import type { Attempt } from './attempt.ts'
import type { Ask } from './effect.ts'
import type { Performed } from './ending.ts'
import { usedKnowledge } from './used-knowledge.ts'

type Done = Extract<Performed, { kind: 'done' }>

/**
 * Keeps pointers to the artifacts that an action says it saw, and which versions of knowledge were among them, in the transaction
 * that ends its task or step. One that cannot be
 * kept (an id without end, a link that is none) is left out: it is a convenience, and the output itself says more.
 */
export async function withPointers(attempt: Attempt, ask: Ask, done: Done): Promise<Done> {
  const { kernel, task } = attempt
  const adapter = ask.open.adapter.name
  const origin = ask.action.origin
  const seen = (ask.action.pointers?.(done.output) ?? []).filter(
    (one) => wrongWithSighting({ ...one, adapter }) === undefined,
  )
  if (seen.length === 0) return done
  const knowledge = await usedKnowledge(kernel, seen)
  return {
    ...done,
    async also(tx) {
      await done.also?.(tx)
      await kernel.knowledge.pin(tx, task.run_id, knowledge)
      for (const one of seen) {
        await kernel.identities.pointers.seen(tx, {
          ...one,
          identity: task.subject,
          adapter,
          origin,
          run: task.run_id,
          task: task.id,
        })
      }
    },
  }
}
