import type { Row } from '../../store/tables.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import { between, type Duration, days, type Instant, instant, minutes } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import { type Debt, debtOf, type Record3Months } from './debt.ts'
import { type Automation, automationsOf } from './rules.ts'
import { tally } from './tally.ts'

type Parts = Pick<Company, 'kernel' | 'config'>

/** How an automation stands: what it did and took in the month, and its debt over the three months up to then. */
export interface Standing extends Debt {
  readonly automation: Automation
  readonly month: {
    readonly runs: number
    readonly failures: number
    readonly cost: Usd
    readonly minutes: number
    readonly decided: number
    /** The share of its work that was rejected or sent back, and of what was edited. */
    readonly refused: number
    readonly edited: number
    /** Minutes that its runs saved, where the author says so. */
    readonly saved: number | null
  }
  readonly record: Record3Months
  readonly lastAt: Instant | null
  readonly reviewedAt: Instant | null
  /** In the past when it is overdue. */
  readonly reviewAt: Instant
  readonly failedAt: Instant | null
  readonly pausedAt: Instant | null
  readonly partsFrom: Instant
}

/** All automations in a month (`2026-03`), those in the deepest debt first. Six queries, whatever has happened. */
export async function standings(company: Parts, month: string): Promise<readonly Standing[]> {
  const { kernel } = company
  await tally(kernel)
  const all = automationsOf(company)
  if (all.length === 0) return []
  const span = spanOf(month, kernel.timeZone, kernel.clock.now())
  const read = await readRows(company, all, span)
  const usual = usualCosts(all, read)
  return all
    .map((automation) => standing(automation, span, read, usual))
    .sort((a, b) => b.debt - a.debt || (a.automation.about < b.automation.about ? -1 : 1))
}

interface Span {
  readonly month: string
  readonly months: readonly string[]
  readonly from: Instant
  readonly until: Instant
}

/** The month and the two before it, as far as they are over. */
function spanOf(month: string, timeZone: string, now: Instant): Span {
  const first = Temporal.PlainDate.from(`${month}-01`)
  const begins = (date: Temporal.PlainDate): Instant => instant(date.toZonedDateTime(timeZone).epochMilliseconds)
  const until = Math.min(now, begins(first.add({ months: 1 })) - 1) as Instant
  const months = [2, 1, 0].map((back) => first.subtract({ months: back }).toString().slice(0, 7))
  return { month, months, from: begins(first.subtract({ months: 2 })), until }
}

type Read = Awaited<ReturnType<typeof readRows>>

async function readRows({ kernel: { store } }: Parts, all: readonly Automation[], span: Span) {
  const abouts = all.map(({ about }) => about)
  const [tallies, spent, seen, reviews, pauses, birth] = await Promise.all([
    store.read.selectFrom('upkeep_tally').selectAll().where('month', 'in', span.months).execute(),
    store.read.selectFrom('upkeep_minutes').selectAll().where('month', 'in', span.months).execute(),
    store.read.selectFrom('upkeep_seen').selectAll().where('about', 'in', abouts).execute(),
    store.read
      .selectFrom('upkeep_reviews')
      .select(['about', ({ fn }) => fn.max<Instant>('at').as('at')])
      .where('about', 'in', abouts)
      .where('at', '<=', span.until)
      .groupBy('about')
      .execute(),
    store.read
      .selectFrom('upkeep_pauses')
      .select(['about', 'at'])
      .where('ended_seq', 'is', null)
      .where('about', 'in', abouts)
      .execute(),
    store.read.selectFrom('events').select('at').where('seq', '=', 1).executeTakeFirst(),
  ])
  const byAbout = <T extends { readonly about: string }>(rows: readonly T[]) => Map.groupBy(rows, (row) => row.about)
  return {
    tallies: byAbout(tallies),
    spent: byAbout(spent),
    seen: new Map(seen.map((row) => [row.about, row])),
    reviewed: new Map(reviews.map((row) => [row.about, row.at])),
    paused: new Map(pauses.map((row) => [row.about, row.at])),
    birth: birth?.at ?? span.until,
  }
}

/** What a run costs by the middle of each kind: half of those that cost anything cost less. */
function usualCosts(all: readonly Automation[], { tallies }: Read): Record<Automation['kind'], number> {
  const middle = (kind: Automation['kind']): number => {
    const costs = all
      .filter((one) => one.kind === kind)
      .map(({ about }) => sum(tallies.get(about)))
      .flatMap(({ cost, runs }) => (cost > 0 && runs > 0 ? [cost / runs] : []))
      .sort((a, b) => a - b)
    return costs[Math.floor(costs.length / 2)] ?? 0
  }
  return { workflow: middle('workflow'), agent: middle('agent') }
}

function standing(automation: Automation, span: Span, read: Read, usual: Record<Automation['kind'], number>): Standing {
  const { about, kind, rules } = automation
  const [tallies, spent, seen] = [read.tallies.get(about), read.spent.get(about), read.seen.get(about)]
  const reviewedAt = read.reviewed.get(about) ?? null
  const since = seen?.first_at ?? read.birth
  const record = recordOf({ span, since, reviewedAt, seen, usualCost: usual[kind] }, sum(tallies), total(spent))
  const lastAt = seen?.last_at ?? null
  return {
    automation,
    month: monthOf(automation, sum(only(tallies, span.month)), total(only(spent, span.month))),
    record,
    lastAt,
    reviewedAt,
    reviewAt: instant((reviewedAt ?? since) + rules.reviewEvery),
    failedAt: seen?.failed_at ?? null,
    pausedAt: read.paused.get(about) ?? null,
    partsFrom: span.from,
    ...debtOf(record, rules),
  }
}

interface Known {
  readonly span: Span
  readonly since: Instant
  readonly reviewedAt: Instant | null
  readonly seen: Row<'upkeep_seen'> | undefined
  readonly usualCost: number
}

// What is younger is taken for this old: a first busy day says nothing of a month.
const youngest = days(14)
const aMonth = days(365 / 12)

function recordOf(known: Known, done: Done, took: Took): Record3Months {
  const { span, since, reviewedAt, seen } = known
  const looked = Math.max(youngest, between(Math.max(span.from, Math.min(since, span.until)) as Instant, span.until))
  const months = looked / aMonth
  const drifted = seen?.drifted_at ?? null
  return {
    ...done,
    usualCost: known.usualCost,
    minutesAMonth: took.spent_ms / minutes(1) / months,
    runsAMonth: done.runs / months,
    decided: took.decided,
    changed: took.changed,
    refused: took.refused,
    daysIdle: daysOf(between(seen?.last_at ?? since, span.until)),
    daysUnreviewed: daysOf(between(reviewedAt ?? since, span.until)),
    drifting: drifted !== null && drifted > Math.max(reviewedAt ?? 0, span.from),
  }
}

function monthOf({ rules }: Automation, done: Done, took: Took): Standing['month'] {
  return {
    ...done,
    minutes: Math.round(took.spent_ms / minutes(0.1)) / 10,
    decided: took.decided,
    refused: took.decided === 0 ? 0 : took.refused / took.decided,
    edited: took.edited === 0 ? 0 : took.changed / took.edited,
    saved: rules.saves === undefined ? null : rules.saves * done.runs,
  }
}

type Done = Pick<Record3Months, 'runs' | 'failures' | 'cost'>
type Took = Pick<Row<'upkeep_minutes'>, 'spent_ms' | 'decided' | 'edited' | 'changed' | 'refused'>

function sum(rows: readonly Row<'upkeep_tally'>[] = []): Done {
  const all = (name: 'runs' | 'failures' | 'cost') => rows.reduce((total, row) => total + row[name], 0)
  return { runs: all('runs'), failures: all('failures'), cost: microUsd(Math.max(0, all('cost'))) }
}

function total(rows: readonly Row<'upkeep_minutes'>[] = []): Took {
  const all = (name: keyof Took) => rows.reduce((total, row) => total + row[name], 0)
  return {
    spent_ms: all('spent_ms'),
    decided: all('decided'),
    edited: all('edited'),
    changed: all('changed'),
    refused: all('refused'),
  }
}

const only = <T extends { readonly month: string }>(rows: readonly T[] | undefined, month: string) =>
  rows?.filter((row) => row.month === month)
const daysOf = (length: Duration): number => Math.max(0, length / days(1))
