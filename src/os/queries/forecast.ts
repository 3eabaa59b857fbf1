import { dailyRate, type Forecast, fewestDays, forecast, mostDays, type Scheduled } from '../../budget/forecast.ts'
import { nextPeriod, periodOf } from '../../budget/period.ts'
import { readCron } from '../../queue/cron.ts'
import { occurrenceAfter, occurrenceFrom } from '../../queue/occurrence.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import { type Instant, instant } from '../../values/time.ts'
import { monthlyLimits } from '../config.ts'
import type { Os } from '../os.ts'
import { type Paid, paidSince, scheduledCosts } from './spending.ts'

/** What a scope will have cost at the end of the month. */
export interface ForecastLine {
  /** `company`, `workflow:NAME` or `agent:NAME`. */
  readonly scope: string
  readonly spent: Usd
  readonly limit: Usd | null
  /** Mean cost of a day over the last 7 and 28 whole days; `null` while so many are not known. */
  readonly perDay: { readonly week: Usd | null; readonly fourWeeks: Usd | null }
  /** Runs that schedules will start until then, and what those of the past cost in the mean. */
  readonly scheduled: readonly { readonly schedule: string; readonly runs: number; readonly each: Usd | null }[]
  /** `null`: there is too little to tell, and `why` says what is missing. */
  readonly month: { readonly likely: Usd; readonly low: Usd; readonly high: Usd } | null
  /** The days on which it reaches its limit: as likely as not, and the earliest in one of twenty futures. */
  readonly reaches: { readonly on: string; readonly earliest: string } | null
  readonly why: string | null
}

export interface ForecastView {
  readonly month: string
  readonly timeZone: string
  readonly items: readonly ForecastLine[]
}

/** What this month will cost at today's rate: the company, its workflows, its agents. */
export async function forecastMonth(os: Os): Promise<ForecastView> {
  const timeZone = os.config.operator.timeZone
  const calendar = calendarOf(os.clock.now(), timeZone)
  const paid = await paidSince(os, calendar.since)
  const plans = await scheduledAhead(os, calendar)
  const month = periodOf(calendar.now, timeZone)
  const limits = await limitsIn(os, month)
  const workflows = new Set([...paid.map(({ workflow }) => workflow), ...plans.map(({ workflow }) => workflow)])
  const agents = new Set(paid.flatMap(({ agent }) => agent ?? []))
  const line = (scope: string, of: (one: Paid) => boolean, its: readonly Planned[], all: boolean): ForecastLine =>
    lineOf(scope, paid.filter(of), its, all, calendar, limits.get(scope) ?? null)
  return {
    month,
    timeZone,
    items: [
      line('company', () => true, plans, false),
      ...[...workflows].sort().map((name) =>
        line(
          `workflow:${name}`,
          (one) => one.workflow === name,
          plans.filter((plan) => plan.workflow === name),
          false,
        ),
      ),
      // An agent works in many workflows: its days are taken as they were, whoever started its runs.
      ...[...agents].sort().map((name) => line(`agent:${name}`, (one) => one.agent === name, [], true)),
    ],
  }
}

interface Calendar {
  readonly now: Instant
  readonly timeZone: string
  readonly today: Temporal.PlainDate
  /** When each of the last whole days began, oldest first, and today at the end. */
  readonly begins: readonly Instant[]
  readonly monthBegins: Instant
  readonly monthEnds: Instant
  /** The earlier of both: from here on reservations are read. */
  readonly since: Instant
  readonly ahead: readonly number[]
}

function calendarOf(now: Instant, timeZone: string): Calendar {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  const start = (day: Temporal.PlainDate): Instant => instant(day.toZonedDateTime(timeZone).epochMilliseconds)
  const begins = Array.from({ length: mostDays + 1 }, (_, index) => start(today.subtract({ days: mostDays - index })))
  const monthBegins = start(today.with({ day: 1 }))
  const monthEnds = nextPeriod(now, timeZone).begins
  const tomorrow = start(today.add({ days: 1 }))
  const midnight = begins.at(-1) ?? now
  const rest = (tomorrow - now) / (tomorrow - midnight)
  const whole = today.daysInMonth - today.day
  const since = instant(Math.min(begins[0] ?? now, monthBegins))
  return { now, timeZone, today, begins, monthBegins, monthEnds, since, ahead: [rest, ...Array<number>(whole).fill(1)] }
}

/** A schedule with what it will start this month. */
interface Planned extends Scheduled {
  readonly name: string
  readonly workflow: string
}

// Every minute of a month; what fires oftener than that cannot be scheduled.
const mostOccurrences = 45_000

async function scheduledAhead(os: Os, { now, since, monthEnds, ahead, timeZone, today }: Calendar): Promise<Planned[]> {
  const rows = await os.store.read
    .selectFrom('schedules')
    .select(['name', 'workflow', 'cron', 'time_zone'])
    .where('state', '=', 'active')
    .orderBy('name')
    .execute()
  const costs = await scheduledCosts(os, since)
  return rows.map(({ name, workflow, cron, time_zone: zone }) => {
    const perDay = ahead.map(() => 0)
    const read = readCron(cron)
    let next = read.ok ? occurrenceFrom(read.value, zone, now) : undefined
    for (let count = 0; read.ok && next && next.at < monthEnds && count < mostOccurrences; count += 1) {
      const day = Temporal.Instant.fromEpochMilliseconds(next.at).toZonedDateTimeISO(timeZone).toPlainDate()
      const index = today.until(day).days
      perDay[index] = (perDay[index] ?? 0) + 1
      next = occurrenceAfter(read.value, zone, next.nominal)
    }
    return { name, workflow, perDay, costs: costs.get(name) ?? [] }
  })
}

async function limitsIn(os: Os, month: string): Promise<Map<string, Usd | null>> {
  const rows = await os.store.read
    .selectFrom('budgets')
    .select(['scope', 'limit_usd'])
    .where((eb) =>
      eb.or([eb('scope', '=', 'company'), eb.and([eb('scope', '>', 'workflow:'), eb('scope', '<', 'workflow;')])]),
    )
    .where('period', '=', month)
    .execute()
  return new Map<string, Usd | null>([
    ...Object.entries(monthlyLimits(os.config)),
    ...rows.map((row) => [row.scope, row.limit_usd] as const),
  ])
}

function lineOf(
  scope: string,
  paid: readonly Paid[],
  plans: readonly Planned[],
  all: boolean,
  calendar: Calendar,
  limit: Usd | null,
): ForecastLine {
  const spent = microUsd(sum(paid.filter(({ at }) => at >= calendar.monthBegins)))
  const days = daysOf(paid, calendar)
  const alone = all ? days : daysOf(paid, calendar, (one) => !one.scheduled)
  const told = forecast({ spent, days: alone, ahead: calendar.ahead, scheduled: plans, limit })
  return {
    scope,
    spent,
    limit,
    perDay: { week: dailyRate(days, 7), fourWeeks: dailyRate(days, mostDays) },
    scheduled: plans.map(({ name, perDay, costs }) => ({
      schedule: name,
      runs: perDay.reduce((total, count) => total + count, 0),
      each: costs.length === 0 ? null : microUsd(Math.round(costs.reduce((a, b) => a + b, 0) / costs.length)),
    })),
    month: told ? { likely: told.likely, low: told.low, high: told.high } : null,
    reaches: reachesOn(told, calendar),
    why: told ? null : tooLittle(days.length, plans),
  }
}

const sum = (paid: readonly Paid[]): number => paid.reduce((total, { cost }) => total + cost, 0)

/** Each whole day's cost, from the first day of spending on. The days are those of all of it, the costs of some. */
function daysOf(paid: readonly Paid[], { begins }: Calendar, some: (one: Paid) => boolean = () => true): Usd[] {
  const first = paid.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  const days: Usd[] = []
  for (const [index, from] of begins.slice(0, -1).entries()) {
    const until = begins[index + 1] ?? from
    if (until <= first) continue
    days.push(microUsd(sum(paid.filter((one) => one.at >= from && one.at < until && some(one)))))
  }
  return days
}

function reachesOn(told: Forecast | undefined, { today }: Calendar): ForecastLine['reaches'] {
  if (!told?.reaches) return null
  const day = (after: number): string => today.add({ days: after }).toString()
  return { on: day(told.reaches.inDays), earliest: day(told.reaches.earliest) }
}

function tooLittle(days: number, plans: readonly Planned[]): string {
  const unknown = plans.find(({ perDay, costs }) => costs.length === 0 && perDay.some((count) => count > 0))
  if (days < fewestDays) return `Too little to tell: ${days} whole days of spending, and it takes ${fewestDays}.`
  return unknown
    ? `Too little to tell: no run of the schedule ${unknown.name} has ended yet.`
    : 'Too little to tell: hardly a day of the last four weeks cost anything.'
}
