import type { UpkeepSpec } from '../../agents/agent.ts'
import type { Usd } from '../../values/money.ts'
import { days } from '../../values/time.ts'

/** What is known of an automation over its last three months. */
export interface Record3Months {
  readonly runs: number
  readonly failures: number
  readonly cost: Usd
  /** What one run costs by the middle of its kind: of all workflows, or of all agents. */
  readonly usualCost: number
  readonly minutesAMonth: number
  readonly runsAMonth: number
  readonly decided: number
  readonly changed: number
  readonly refused: number
  /** Since it was last used, and since it was last reviewed or first seen. */
  readonly daysIdle: number
  readonly daysUnreviewed: number
  readonly drifting: boolean
}

/** Why an automation is in debt. Each part is 1 at its limit, and never more than 3. */
export interface DebtParts {
  readonly failing: number
  readonly minutes: number
  readonly reworked: number
  readonly dear: number
  readonly unused: number
  readonly unreviewed: number
  readonly drifting: number
}

export interface Debt {
  readonly debt: number
  readonly parts: DebtParts
}

/** A tenth of its runs may fail, and a quarter of what it makes may be thrown away or written anew. */
const toleratedFailures = 0.1
const toleratedRework = 0.25
/** So often as dear as is usual among its kind. */
const toleratedCost = 4
/** What is only due for review, or only told to drift, is no worse than this. */
const mostForWords = 1.5
const mostOfAPart = 3
/** Nobody can tell what a run costs by fewer. */
const fewestRuns = 3

/**
 * The debt of an automation: the length of its parts taken together, √Σ part². What is well within its limits hardly counts, what is
 * beyond one of them counts in full, and what is near to several adds up. The limits were chosen before anything was ranked by them.
 */
export function debtOf(record: Record3Months, rules: UpkeepSpec): Debt {
  const reviewDays = rules.reviewEvery / days(1)
  const { runs, cost, usualCost } = record
  const perRun = runs >= fewestRuns && usualCost > 0 ? cost / runs / usualCost : 0
  const parts: DebtParts = {
    failing: part(atLeast(record.failures, runs) / toleratedFailures),
    minutes: part(minutesPart(record, rules)),
    // Two decisions more, both good ones: a single edit says little.
    reworked: part((record.changed + record.refused) / (record.decided + 2) / toleratedRework),
    dear: part(perRun / toleratedCost),
    unused: part(record.daysIdle / reviewDays),
    unreviewed: part(record.daysUnreviewed / reviewDays, mostForWords),
    drifting: record.drifting ? mostForWords : 0,
  }
  return { debt: hundredths(Math.hypot(...Object.values(parts))), parts }
}

/** What it takes of its minutes; where its author says what a run saves, also what it takes of that. */
function minutesPart({ minutesAMonth, runsAMonth }: Record3Months, { minutesPerMonth, saves }: UpkeepSpec): number {
  const ofAllowed = minutesAMonth / Math.max(1, minutesPerMonth)
  const saved = saves === undefined ? 0 : saves * runsAMonth
  return saved > 0 ? Math.max(ofAllowed, minutesAMonth / saved) : ofAllowed
}

/** The failure rate that it has at least, by Wilson's bound at 90 %: one failure of two runs is no rate of a half. */
function atLeast(failures: number, runs: number): number {
  if (runs === 0) return 0
  const z = 1.2816
  const rate = Math.min(1, failures / runs)
  const middle = rate + (z * z) / (2 * runs)
  const spread = z * Math.sqrt((rate * (1 - rate)) / runs + (z * z) / (4 * runs * runs))
  return Math.max(0, (middle - spread) / (1 + (z * z) / runs))
}

function part(value: number, most = mostOfAPart): number {
  return hundredths(Math.min(most, Math.max(0, value)))
}

const hundredths = (value: number): number => Math.round(value * 100) / 100
