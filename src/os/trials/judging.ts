import type { Kernel } from '../../executor/kernel.ts'
import type { TrialId } from '../../values/id.ts'
import type { Chore } from '../chores.ts'
import type { Standing } from './standing.ts'

/** Looks at trials when something was observed of them; what that takes is loaded then. */
export function judging(kernel: Kernel, changed: () => void): Chore {
  const { trials, clock } = kernel
  const standings = new Map<TrialId, Standing>()
  trials.onObserved(changed)
  return {
    name: 'trials',
    nextDue: async () => (trials.isObserved ? clock.now() : undefined),
    async perform() {
      const some = trials.takeObserved()
      if (some.length === 0) return
      const { judgeTrial } = await import('./judge-trial.ts')
      const { followShadow } = await import('./shadow.ts')
      for (const trial of some) {
        try {
          standings.set(trial.id, await judgeTrial(kernel, trial, standings.get(trial.id)))
          if (trial.kind === 'shadow') await followShadow(kernel, trial)
        } catch (error) {
          trials.mark(trial.id)
          throw error
        }
      }
      for (const id of standings.keys()) if (!trials.all().some((trial) => trial.id === id)) standings.delete(id)
    },
  }
}
