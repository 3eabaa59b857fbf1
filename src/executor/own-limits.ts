import type { Duration } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Pinned } from './pinned-agent.ts'

/** The attempt under the limits of the version that works in it, which is known only once the attempt has begun. */
export function underOwn(attempt: Attempt, { agent: { budget } }: Pinned): Attempt {
  if (budget === null) return attempt
  if (budget.time !== undefined) attempt.time.endAfter(budget.time)
  return { ...attempt, own: budget }
}

/** How long its task may work in all: what its plan or its agent gives it, whichever is less. */
export function mostWork({ place, own }: Pick<Attempt, 'place' | 'own'>): Duration | undefined {
  const limits = [place.node.budget?.time, own?.time].filter((limit) => limit != null)
  return limits.length === 0 ? undefined : (Math.min(...limits) as Duration)
}
