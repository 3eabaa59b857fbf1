import type { UpkeepSpec } from '../../src/agents/agent.ts'
import { countDecisions, countLogged } from '../../src/executor/desk-time.ts'
import type { AnyWorkflow } from '../../src/planner/workflow.ts'
import type { Tx } from '../../src/store/store.ts'
import type { Row } from '../../src/store/tables.ts'
import { seeded } from '../../src/values/chance.ts'
import { companyIdentity, derivedId, type RunId, type TaskId } from '../../src/values/id.ts'
import { contentHash } from '../../src/values/json.ts'
import { microUsd } from '../../src/values/money.ts'
import { days, type Instant, later, milliseconds, minutes } from '../../src/values/time.ts'
import { automation, type UpkeepCompany, upkeepCompany } from './company.ts'
import { storeRun } from './stored-run.ts'

/** What is wrong with an automation. `tired`: a little beyond every limit, and far beyond none. */
const ails = ['failing', 'unused', 'dear', 'edited', 'over', 'unreviewed', 'tired'] as const
type Ail = (typeof ails)[number]

/** How an automation lives through the year; shares are of its runs or of its decisions. */
interface Habit {
  readonly name: string
  readonly ail: Ail | null
  readonly upkeep: UpkeepSpec
  readonly runsADay: number
  readonly failing: number
  readonly dollarsARun: number
  readonly decidedShare: number
  readonly edited: number
  readonly changed: number
  readonly refused: number
  readonly minutesAMonth: number
  readonly reviewEveryDays: number
  readonly endsOnDay: number
}

/**
 * Half of what is well is as strict a test as could be made: the busy ones cost the most, fail the most often and take the most minutes
 * of all, by their number of runs, and are within their limits; so no one number tells them from those that are planted.
 */
function habit(name: string, ail: Ail | null, random: () => number): Habit {
  const between = (low: number, high: number): number => low + random() * (high - low)
  const busy = ail === null && random() < 0.3
  const runsADay = busy ? 2 : ([1, 5 / 7, 2 / 7, 1 / 7][Math.floor(random() * 4)] ?? 1)
  const minutesPerMonth = busy ? 300 : 15 * (1 + Math.floor(random() * 4))
  const well: Habit = {
    name,
    ail,
    upkeep: { owner: 'operator', reviewEvery: days(90), minutesPerMonth },
    runsADay,
    failing: between(0.005, 0.05),
    // Half of them between 7 and 14 cents a run.
    dollarsARun: 0.1 * Math.exp((random() + random() + random() - 1.5) * 0.8),
    decidedShare: between(0.2, 0.5),
    edited: between(0.1, 0.4),
    changed: between(0.05, 0.25),
    refused: between(0, 0.06),
    minutesAMonth: minutesPerMonth * between(0.2, 0.7),
    reviewEveryDays: between(60, 100),
    endsOnDay: 365,
  }
  return { ...well, ...sickness(well, ail, between) }
}

/** Three times the failures that are tolerated; twice the cost, rework and minutes that are; unused for twice its time; never reviewed. */
function sickness(well: Habit, ail: Ail | null, between: (low: number, high: number) => number): Partial<Habit> {
  const { minutesPerMonth } = well.upkeep
  switch (ail) {
    case 'failing':
      return { failing: between(0.3, 0.4), runsADay: Math.max(2 / 7, well.runsADay) }
    case 'unused':
      return { endsOnDay: Math.floor(between(120, 190)) }
    case 'dear':
      return { dollarsARun: 0.1 * between(8, 12) }
    case 'edited':
      return { edited: 0.8, changed: between(0.5, 0.8), refused: between(0.1, 0.15), runsADay: 1 }
    case 'over':
      return { minutesAMonth: minutesPerMonth * between(2, 3) }
    case 'unreviewed':
      return { reviewEveryDays: 1000 }
    case 'tired':
      return {
        failing: between(0.14, 0.2),
        runsADay: Math.max(5 / 7, well.runsADay),
        edited: 0.6,
        changed: between(0.35, 0.5),
        refused: 0.08,
        minutesAMonth: minutesPerMonth * between(1.1, 1.3),
      }
    default:
      return {}
  }
}

/** A year of a company with so many automations, of which one of each ail is planted (or as many as there are losers). */
export async function seededYear(seed: number, count: number, losers: number) {
  const random = seeded(seed)
  const habits = Array.from({ length: count }, (_, index) => {
    // Which ones is chance as well: names say nothing.
    const ail = index < losers ? (ails[(index + seed) % ails.length] ?? null) : null
    return habit(`a${derivedId('run', `${seed}`, `${index}`).slice(4, 10)}`, ail, random)
  })
  const workflows = habits.map((one) => automation(one.name, one.upkeep))
  const company = await upkeepCompany({ workflows })
  await live(company, habits, workflows, random)
  const planted = habits.flatMap(({ name, ail }) => (ail === null ? [] : [`workflow:${name}`, `agent:${name}-writer`]))
  return { company, habits, planted: new Set(planted) }
}

interface Moment {
  readonly at: Instant
  readonly happens: (tx: Tx) => Promise<void>
}

const aTransaction = 500

async function live(
  company: UpkeepCompany,
  habits: readonly Habit[],
  workflows: readonly AnyWorkflow[],
  random: () => number,
): Promise<void> {
  const began = company.clock.now()
  const moments: Moment[] = []
  for (const [index, one] of habits.entries()) {
    const plan = workflows[index]?.plan()
    if (!plan) throw new TypeError('a workflow has a plan')
    const hash = contentHash(plan)
    await company.kernel.store.write(async (tx) => {
      await tx.db
        .insertInto('plans')
        .values({ hash, body: JSON.stringify(plan) })
        .execute()
    })
    moments.push(...runsOf(company, one, hash, began, random), ...lookedAfter(company, one, began, random))
  }
  moments.sort((a, b) => a.at - b.at)
  for (let first = 0; first < moments.length; first += aTransaction) {
    await company.kernel.store.write(async (tx) => {
      for (const { at, happens } of moments.slice(first, first + aTransaction)) {
        moveTo(company, at)
        await happens(tx)
      }
    })
  }
  moveTo(company, later(began, days(365)))
}

/** Without a turn of the event loop, for a transaction is open. Nobody waits for a moment on the way. */
function moveTo({ clock }: UpkeepCompany, at: Instant): void {
  Object.assign(clock, { now: () => at })
}

function runsOf(company: UpkeepCompany, one: Habit, plan: string, began: Instant, random: () => number): Moment[] {
  const count = Math.round(one.endsOnDay * one.runsADay)
  return Array.from({ length: count }, (_, index) => {
    const at = later(began, milliseconds((days(365) * (index + random()) * one.endsOnDay) / 365 / Math.max(1, count)))
    const failed = random() < one.failing
    const cost = microUsd(Math.round(one.dollarsARun * (0.7 + random() * 0.6) * 1e6))
    const decided = !failed && random() < one.decidedShare
    return {
      at,
      happens: async (tx) => {
        const run = await storeRun(tx, company, { name: one.name, plan, index, failed, cost })
        if (decided) await decide(tx, company, run, one, random)
      },
    }
  })
}

async function decide(
  tx: Tx,
  { kernel }: UpkeepCompany,
  { run, task }: { run: RunId; task: TaskId },
  one: Habit,
  random: () => number,
): Promise<void> {
  const gate = { run_id: run, task_id: task, reason: 'review' } as Row<'gates'>
  const roll = random()
  const verdict = roll < one.refused ? 'rejected' : roll < one.refused + one.edited ? 'edited' : 'approved'
  const edit = verdict === 'edited' ? { edit: { changed: one.changed, typed: 0 } } : {}
  await countDecisions(tx, kernel, [{ gate, verdict, ...edit }])
}

/** The minutes that its operator says it took, each week, beside what is counted at the desk; and the reviews. */
function lookedAfter(company: UpkeepCompany, one: Habit, began: Instant, random: () => number): Moment[] {
  const { kernel } = company
  const abouts = [`workflow:${one.name}`, `agent:${one.name}-writer`]
  const reviews: Moment[] = []
  for (let day = 30 * random(); day < 365; day += one.reviewEveryDays * (0.9 + 0.2 * random())) {
    if (one.ail === 'unreviewed') break
    const at = later(began, days(day))
    const happens = async (tx: Tx): Promise<void> => {
      for (const about of abouts) {
        const payload = { about, why: 'it is in order' }
        const seq = await kernel.journal.append(tx, { kind: 'upkeep.reviewed', ...ours, payload })
        await tx.db.insertInto('upkeep_reviews').values({ about, at, seq }).execute()
      }
    }
    reviews.push({ at, happens })
  }
  const weekly = (one.minutesAMonth * 12) / 52
  const weeks = Array.from({ length: 52 }, (_, week) => ({
    at: later(began, days(7 * week + 7 * random())),
    happens: async (tx: Tx) => {
      // What is counted at the desk is a part of it.
      for (const about of abouts) await countLogged(tx, kernel, about, minutes(weekly * (0.5 + random() * 0.6)))
    },
  }))
  return [...reviews, ...weeks]
}

const ours = { subject: companyIdentity, origin: 'operator' } as const
