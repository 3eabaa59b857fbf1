import { periodOf } from '../../budget/period.ts'
import { refuse } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import { automationNamed } from './rules.ts'
import { standings } from './standing.ts'

/** Takes the last review of an automation back; gives when it is due now. Faults: `input.unknown`, `upkeep.not-possible`. */
export async function undoReview(company: Company, about: string, why: string): Promise<Instant> {
  const { kernel } = company
  automationNamed(company, about)
  await kernel.store.write(async (tx) => {
    const reviews = tx.db.selectFrom('upkeep_reviews').select('seq').where('about', '=', about)
    const last = await reviews.orderBy('seq', 'desc').limit(1).executeTakeFirst()
    if (!last) {
      const hint = `What is due is shown by 'soloist upkeep'.`
      refuse('upkeep.not-possible', { about, verb: 'set back to a review before', why: 'it was never reviewed', hint })
    }
    const payload = { about, review: last.seq, why }
    const byOperator = { subject: companyIdentity, origin: 'operator' } as const
    await kernel.journal.append(tx, { kind: 'upkeep.review-undone', ...byOperator, payload })
    // That it was said, and taken back, is in the journal.
    await tx.db.deleteFrom('upkeep_reviews').where('about', '=', about).where('seq', '=', last.seq).execute()
  })
  const now = await standings(company, periodOf(kernel.clock.now(), kernel.timeZone))
  const standing = now.find(({ automation }) => automation.about === about)
  if (!standing) throw new TypeError(`${about} is gone`)
  return standing.reviewAt
}
