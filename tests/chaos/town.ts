import { sql } from 'kysely'
import { onTestFinished } from 'vitest'
import { agent, compatible, days, seconds, usd, workflow } from '../../src/index.ts'
import type { Breakers } from '../../src/models/breaker.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import { seeded } from '../../src/values/chance.ts'
import type { RunId } from '../../src/values/id.ts'
import { type Clock, type Instant, milliseconds } from '../../src/values/time.ts'
import { openTestCompany, type TestCompany } from '../executor/company.ts'
import { Given, rules, spec } from '../executor/writers.ts'
import type { Behaviour } from './behaviour.ts'
import { chaosProvider } from './provider.ts'

export type Lane = 'interactive' | 'background'
export const lanes: readonly Lane[] = ['interactive', 'background']

/** What somebody waits for has this long. */
export const budget = seconds(20)

const writers = {
  bare: agent({ ...spec, name: 'bare' }),
  ruled: agent({ ...spec, name: 'ruled', fallback: rules }),
  kept: agent({ ...spec, name: 'kept', cache: { maxAge: days(1) } }),
}
const flows = lanes.flatMap((lane) =>
  (['bare', 'ruled', 'kept'] as const).map((kind) =>
    workflow({ name: `${lane}-${kind}`, input: Given, lane }, (flow, given) =>
      flow.task(
        'work',
        writers[kind],
        { about: given.get('about') },
        lane === 'interactive' ? { budget: { time: budget } } : {},
      ),
    ),
  ),
)

/**
 * A real company whose two accounts at two tiers are one chaotic provider, under a clock that moves only when nobody has anything to do but
 * wait for it. So what waits for a clock takes its time, what computes takes none, and a slow machine changes nothing.
 */
export async function openTown(weather: (account: string, at: number) => Behaviour) {
  const world: { company?: TestCompany; gate?: Gate } = {}
  const there = (): TestCompany => world.company as TestCompany
  const provider = await chaosProvider({
    clock: { now: () => there().clock.now(), wake: (at, then) => there().clock.wake(at, then) },
    weather,
    arrived: (account) => world.gate?.arrived(account),
  })
  onTestFinished(() => provider.close())
  const price = { perMillionIn: usd(1), perMillionOut: usd(10) }
  const tier = (size: string) =>
    ['alder', 'birch'].map((name) =>
      compatible({ name, url: provider.url(name), model: size, price, maxOutputTokens: 400 }),
    )
  const company = await openTestCompany(
    { workflows: flows, models: { quality: tier('large'), cheap: tier('small') } },
    { 'agents/w.md': 'Write.' },
  )
  onTestFinished(() => company.close())
  const gate = new Gate(company.kernel.breakers, company.clock)
  Object.assign(world, { company, gate })
  Object.assign(company.kernel, { breakers: gate.breakers, random: seeded(7) })
  return { ...company, provider, gate, until: (end: Instant) => liveUntil(company, provider, end) }
}
export type Town = Awaited<ReturnType<typeof openTown>>

/** Sees every call that is let through to an account, and every one that arrives there. */
class Gate {
  readonly breakers: Breakers
  /** What should not have been: a call that nobody let through, or one that was let through to an account that was shut. */
  readonly wrong: string[] = []
  admitted = 0
  /** Calls that found out whether an account was back. */
  probes = 0
  /** Calls that were let through and have not arrived yet, by account. */
  readonly #underWay = new Map<string, number>()

  constructor(breakers: Breakers, clock: Clock) {
    this.breakers = {
      ...breakers,
      admit: (account, mayTake) => {
        const shut = breakers.shut().get(account)
        if (!breakers.admit(account, mayTake)) return false
        if (shut && shut.until > clock.now()) this.wrong.push(`${account} was let through while it was shut`)
        if (shut) this.probes += 1
        this.admitted += 1
        this.#underWay.set(account, (this.#underWay.get(account) ?? 0) + 1)
        return true
      },
    }
  }

  /** A request at the provider's door. */
  arrived(account: string): void {
    const underWay = this.#underWay.get(account) ?? 0
    if (underWay === 0) this.wrong.push(`${account} was called, and nobody had let it through`)
    this.#underWay.set(account, underWay - 1)
  }
}

const hands = 8
// The worker keeps two of them for what somebody waits for.
const backgroundHands = 6

/** Moves the clock on to whatever falls due next, whenever all that is claimed waits for it. */
async function liveUntil(company: TestCompany, provider: { readonly parked: number }, end: Instant): Promise<void> {
  const { clock, worker } = company
  worker.work()
  while (clock.now() < end) {
    await turn()
    const { claimed, interactive, background, busy, nextDue } = await atWork(company)
    const mayBegin = interactive > 0 || (background > 0 && busy < backgroundHands)
    if (claimed !== provider.parked || (mayBegin && claimed < hands)) continue
    // The worker has not gone to sleep yet.
    const first = clock.waiting()[0] ?? Number.POSITIVE_INFINITY
    if (nextDue !== null && busy < backgroundHands && claimed < hands && first > nextDue) continue
    const next = Math.max(clock.waiting()[0] ?? end, clock.now() + 1)
    await clock.advance(milliseconds(Math.min(next, end) - clock.now()))
  }
}

interface AtWork {
  readonly claimed: number
  /** Of these, what nobody waits for. */
  readonly busy: number
  /** Due now, by lane. */
  readonly interactive: number
  readonly background: number
  /** When the next of those is due that are ready. */
  readonly nextDue: number | null
}

async function atWork({ kernel, clock }: TestCompany): Promise<AtWork> {
  const due = sql`FROM tasks WHERE state = 'ready' AND due_at <= ${clock.now()} AND lane`
  const { rows } = await sql<AtWork>`SELECT
    (SELECT count(*) FROM tasks WHERE state = 'claimed') AS claimed,
    (SELECT count(*) FROM tasks WHERE state = 'claimed' AND lane = 'background') AS busy,
    (SELECT count(*) ${due} = 'interactive') AS interactive,
    (SELECT count(*) ${due} = 'background') AS background,
    (SELECT min(due_at) FROM tasks WHERE state = 'ready') AS nextDue`.execute(kernel.store.read)
  return rows[0] ?? { claimed: 0, busy: 0, interactive: 0, background: 0, nextDue: null }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** All events, page by page. */
export async function eventsOf({ kernel }: Pick<Town, 'kernel'>): Promise<StoredEvent[]> {
  const all: StoredEvent[] = []
  for (let after = 0; ; ) {
    const page = await kernel.journal.page({ after, limit: 1000 })
    if (page.length === 0) return all
    all.push(...page)
    after = page.at(-1)?.seq ?? after
  }
}

/** How each run ended: what answered it, or with which fault it failed. */
export function endings(events: readonly StoredEvent[]): Map<RunId, string> {
  const ends = new Map<RunId, string>()
  for (const event of events) {
    if (event.run === null) continue
    if (event.kind === 'task.done') ends.set(event.run, `done by ${rungOf(event.payload?.madeBy?.rung)}`)
    if (event.kind === 'task.failed') ends.set(event.run, `failed: ${event.payload?.fault.code}`)
  }
  return ends
}

function rungOf(rung: string | undefined): string {
  if (rung === undefined) return 'its tier'
  return rung === 'fallback' || rung === 'cached' ? rung : 'a lower tier'
}
