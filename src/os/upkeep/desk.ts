import { periodOf } from '../../budget/period.ts'
import { countLogged, takeBack } from '../../executor/desk-time.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import { minutes } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import { lookAtAll } from './chore.ts'
import type { Standing } from './standing.ts'

/** What the desk does about automations. `about` is `workflow:NAME` or `agent:NAME`; fault `input.unknown` where none is called so. */
export interface UpkeepDesk {
  /** All automations in a month, `2026-03`, or this one; those in the deepest debt first. */
  list(month?: string): Promise<{ readonly month: string; readonly items: readonly Standing[] }>
  /** Counts minutes that the operator spent elsewhere; below nothing, takes back what was counted by mistake. Fault: `input.invalid`. */
  log(about: string, spent: number, why: string): Promise<void>
  /** Moves the review date; gives the next one. */
  review(about: string, why: string): Promise<Instant>
  /** Takes the last review back; gives when the next one is due by the one before. Fault: `upkeep.not-possible`. */
  undoReview(about: string, why: string): Promise<Instant>
  /** Accepts that a workflow is paused, or takes that back; gives the schedules. Fault: `upkeep.not-possible`. */
  pause(about: string, why: string): Promise<readonly string[]>
  resume(about: string, why: string): Promise<readonly string[]>
}

export function openUpkeepDesk(company: Company): UpkeepDesk {
  const { kernel } = company
  const { clock, timeZone } = kernel
  const named = async (about: string) => (await import('./rules.ts')).automationNamed(company, about)
  const pausing = () => import('./pause.ts')
  const looking = async <T>(change: Promise<T>): Promise<T> => {
    const result = await change
    await lookAtAll(company)
    return result
  }
  return {
    async list(month = periodOf(clock.now(), timeZone)) {
      return { month, items: await (await import('./standing.ts')).standings(company, month) }
    },
    async log(about, spent, why) {
      await named(about)
      await kernel.store.write(async (tx) => {
        const payload = { about, minutes: spent, why }
        await kernel.journal.append(tx, { kind: 'upkeep.logged', ...byOperator, payload })
        if (spent > 0) await countLogged(tx, kernel, about, minutes(spent))
        else await takeBack(tx, kernel, about, minutes(-spent))
      })
      await lookAtAll(company)
    },
    async review(about, why) {
      const { rules } = await named(about)
      const at = clock.now()
      await kernel.store.write(async (tx) => {
        const seq = await kernel.journal.append(tx, { kind: 'upkeep.reviewed', ...byOperator, payload: { about, why } })
        await tx.db.insertInto('upkeep_reviews').values({ about, at, seq }).execute()
      })
      await lookAtAll(company)
      return (at + rules.reviewEvery) as Instant
    },
    undoReview: async (about, why) => looking((await import('./undo-review.ts')).undoReview(company, about, why)),
    pause: async (about, why) => looking((await pausing()).pauseWorkflow(company, about, why)),
    resume: async (about, why) => looking((await pausing()).resumeWorkflow(company, about, why)),
  }
}

const byOperator = { subject: companyIdentity, origin: 'operator' } as const
