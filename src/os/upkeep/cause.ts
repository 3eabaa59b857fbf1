import { type Fault, fault } from '../../values/fault.ts'
import { days, type Instant, isoInstant } from '../../values/time.ts'
import type { Standing } from './standing.ts'

/** What an automation needs the operator for, the gravest first, or `null`. What the operator has paused needs nothing. */
export function causeOf(standing: Standing, now: Instant): Fault | null {
  const { automation, parts, record, pausedAt } = standing
  const { about, rules } = automation
  if (pausedAt !== null) return null
  if (parts.failing >= 1 && isNews(standing)) {
    const { failures, runs } = record
    return fault('upkeep.failing', { about, failures, runs, since: isoInstant(standing.partsFrom).slice(0, 10) })
  }
  if (record.drifting) return fault('upkeep.drifting', { about })
  if (record.minutesAMonth > rules.minutesPerMonth) {
    const minutes = Math.round(record.minutesAMonth)
    return fault('upkeep.over', { about, minutes, allowed: rules.minutesPerMonth, proposal: proposal(standing) })
  }
  // Whoever looked it over since has seen that nobody uses it.
  const idle = Math.min(record.daysIdle, record.daysUnreviewed)
  if (idle >= rules.reviewEvery / days(1)) return fault('upkeep.unused', { about, days: Math.floor(record.daysIdle) })
  if (standing.reviewAt > now) return null
  const late = Math.floor((now - standing.reviewAt) / days(1))
  return fault('upkeep.due', { about, days: late, owner: rules.owner })
}

/** A review answers the failures until then. */
function isNews({ failedAt, reviewedAt }: Standing): boolean {
  return failedAt !== null && failedAt > (reviewedAt ?? 0)
}

/** Nothing is paused by itself: the operator is told how. */
function proposal({ automation: { about, kind } }: Standing): string {
  if (kind === 'agent')
    return 'Proposed: give its work to another agent or version, or allow it more minutes in its upkeep.'
  return `Proposed: pause it with 'soloist upkeep pause ${about} --why REASON', or allow it more minutes in its upkeep.`
}
