import { seeded } from '../values/chance.ts'
import { microUsd, type Usd } from '../values/money.ts'

/** What is known of the spending of a scope, and what is left of its month. */
export interface Spending {
  /** So far in this month. */
  readonly spent: Usd
  /** What each whole day cost without the runs that schedules started, oldest first, from its first day of spending on; at most 28. */
  readonly days: readonly Usd[]
  /** How much of each day that is left this month is left: today's rest, then 1 for each whole day. */
  readonly ahead: readonly number[]
  /** What schedules will start: how often on each of these days, and what such runs cost lately. */
  readonly scheduled: readonly Scheduled[]
  readonly limit: Usd | null
}

/** A schedule as a forecast sees it. */
export interface Scheduled {
  readonly perDay: readonly number[]
  readonly costs: readonly Usd[]
}

/** What the month will cost: nine in ten futures like the past lie between `low` and `high`. */
export interface Forecast {
  readonly likely: Usd
  readonly low: Usd
  readonly high: Usd
  /** Days from today on which the limit is reached, where half of those futures or more reach it; and the earliest in twenty. */
  readonly reaches: { readonly inDays: number; readonly earliest: number } | null
}

/** Less than a week shows no week. */
export const fewestDays = 7
/** Two days that cost something are no rate. */
const fewestSpending = 3
/** Older days say less of today's rate. */
export const mostDays = 28

const futures = 1000
// More runs a day than this are told well enough by their mean.
const mostDraws = 24

/** What a month will cost at today's rate; `undefined`: too little is known to tell. The same past gives the same forecast. */
export function forecast(spending: Spending): Forecast | undefined {
  const { days, scheduled } = spending
  const known = scheduled.every(({ costs, perDay }) => costs.length > 0 || sum(perDay) === 0)
  const spendingDays = days.filter((cost) => cost > 0).length + sum(scheduled.map(({ costs }) => costs.length))
  if (!known || days.length < fewestDays || spendingDays < fewestSpending) return undefined
  // Asked twice, a forecast says the same.
  const random = seeded(days.length + 1)
  const totals: number[] = []
  const reached: number[] = []
  for (let future = 0; future < futures; future += 1) {
    const lived = live(spending, random)
    totals.push(lived.total)
    reached.push(lived.reached ?? Number.POSITIVE_INFINITY)
  }
  totals.sort((a, b) => a - b)
  reached.sort((a, b) => a - b)
  const inDays = quantile(reached, 0.5)
  return {
    likely: microUsd(Math.round(sum(totals) / futures)),
    low: microUsd(Math.round(quantile(totals, 0.05))),
    high: microUsd(Math.round(quantile(totals, 0.95))),
    reaches: Number.isFinite(inDays) ? { inDays, earliest: quantile(reached, 0.05) } : null,
  }
}

/** Mean cost of a day over the last so many, or `null` when that many are not known. */
export function dailyRate(days: readonly Usd[], count: number): Usd | null {
  return days.length < count ? null : microUsd(Math.round(sum(days.slice(-count)) / count))
}

/**
 * One future: its days are drawn from a past that might have been as well, itself drawn from the days that were. So the range is wider
 * where few days are known: it holds both how days differ and how little we know of them.
 */
function live({ spent, days, ahead, scheduled, limit }: Spending, random: () => number) {
  const past = drawn(days, random)
  const runs = scheduled.map(({ costs }) => drawn(costs, random))
  let total: number = spent
  let reached = limit !== null && total >= limit ? 0 : undefined
  for (const [day, left] of ahead.entries()) {
    total += one(past, random) * left
    for (const [index, { perDay }] of scheduled.entries()) total += some(runs[index] ?? [], perDay[day] ?? 0, random)
    if (reached === undefined && limit !== null && total >= limit) reached = day
  }
  return { total, reached }
}

function drawn(from: readonly number[], random: () => number): number[] {
  return from.map(() => one(from, random))
}

function one(from: readonly number[], random: () => number): number {
  return from[Math.floor(random() * from.length)] ?? 0
}

function some(costs: readonly number[], count: number, random: () => number): number {
  if (count > mostDraws) return (count * sum(costs)) / costs.length
  let total = 0
  for (let run = 0; run < count; run += 1) total += one(costs, random)
  return total
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
}
