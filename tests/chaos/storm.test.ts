import { expect, test } from 'vitest'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import type { RunId } from '../../src/values/id.ts'
import { later, minutes, seconds } from '../../src/values/time.ts'
import { declines, weather } from './behaviour.ts'
import { budget, endings, eventsOf, type Lane, lanes, openTown, type Town } from './town.ts'

const full = process.env.PROOF === '1'
const runsPerLane = full ? 1000 : 60
const seed = Number(process.env.SEED ?? 1)

/** Starts as many runs in each lane, a few every ten seconds, half of them with rules that stand in; lets the last of them end. */
async function storm(): Promise<{ town: Town; runs: ReadonlyMap<RunId, Lane>; events: readonly StoredEvent[] }> {
  const town = await openTown(weather(seed))
  const runs = new Map<RunId, Lane>()
  for (let nth = 0; nth < runsPerLane; nth += 1) {
    for (const lane of lanes) {
      const id = await town.start(`${lane}-${nth % 2 === 0 ? 'bare' : 'ruled'}`, { about: `tea ${nth}` })
      runs.set(id, lane)
    }
    if (nth % 2 === 1) await town.until(later(town.clock.now(), seconds(10)))
  }
  // Longer than any pause of a breaker and any retry.
  for (let hour = 0; hour < 24 && (await openRuns(town)) > 0; hour += 1)
    await town.until(later(town.clock.now(), minutes(60)))
  return { town, runs, events: await eventsOf(town) }
}

async function openRuns({ kernel }: Town): Promise<number> {
  const { count } = await kernel.store.read
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

const known: Readonly<Record<Lane, readonly string[]>> = {
  interactive: [
    'done by its tier',
    'done by a lower tier',
    'done by fallback',
    'failed: model.none-left',
    'failed: agent.bad-output',
    'failed: agent.looping',
  ],
  background: [
    'done by its tier',
    'done by a lower tier',
    'done by fallback',
    'failed: model.unreachable',
    'failed: agent.bad-output',
    'failed: agent.looping',
  ],
}

test(`${runsPerLane} runs in each lane come through a storm of their providers: each ends as it should, in time, and paid as it was`, {
  timeout: full ? 1_200_000 : 60_000,
}, async () => {
  const { town, runs, events } = await storm()
  const ends = endings(events)
  const table = lanes.map((lane) => [
    lane,
    tally([...runs].filter(([, of]) => of === lane).map(([id]) => ends.get(id))),
  ])
  const spans = workingSpans(events, runs)
  const books = booksOf(town, events)
  process.stdout.write(
    `${JSON.stringify({ seed, ends: Object.fromEntries(table), ...spans, ...books.sums, calls: town.gate.admitted, probes: town.gate.probes })}\n`,
  )

  // None is stuck, and each ends in a way that has a name.
  expect(await openRuns(town)).toBe(0)
  for (const [id, lane] of runs) expect(known[lane]).toContain(ends.get(id))
  expect(spans.longestInteractive).toBeLessThanOrEqual(budget)
  expect(town.gate.wrong).toEqual([])
  expect(books.wrong).toEqual([])
})

function tally(some: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const each of some) counts[each ?? 'no end'] = (counts[each ?? 'no end'] ?? 0) + 1
  return counts
}

/** How long the attempts of those runs took that somebody waited for, in virtual time; and from their start to their end. */
function workingSpans(events: readonly StoredEvent[], runs: ReadonlyMap<RunId, Lane>) {
  const began = new Map<RunId, number>()
  const claimed = new Map<RunId, number>()
  const worked = new Map<RunId, number>()
  let longestWait = 0
  for (const { run, kind, at } of events) {
    if (run === null || runs.get(run) !== 'interactive') continue
    if (kind === 'run.started') began.set(run, at)
    if (kind === 'task.claimed') claimed.set(run, at)
    if (kind === 'task.done' || kind === 'task.failed' || kind === 'task.retried')
      worked.set(run, (worked.get(run) ?? 0) + at - (claimed.get(run) ?? at))
    if (kind === 'task.done' || kind === 'task.failed') longestWait = Math.max(longestWait, at - (began.get(run) ?? at))
  }
  return { longestInteractive: Math.max(...worked.values()), longestWait }
}

/** The provider's bill beside our ledger. `wrong`: each place where the two do not say the same. */
function booksOf({ provider }: Town, events: readonly StoredEvent[]) {
  const wrong: string[] = []
  const reserved = new Map<string, number>()
  const settled = new Map<string, number>()
  const unconfirmed = new Map<string, number>()
  const answered = new Map<string, number>()
  for (const event of events) {
    if (event.kind === 'budget.reserved' && event.payload) reserved.set(event.payload.reservation, event.payload.amount)
    if (event.kind === 'budget.settled' && event.payload) settled.set(event.payload.reservation, event.payload.actual)
    if (event.kind === 'budget.unconfirmed' && event.payload)
      unconfirmed.set(event.payload.reservation, event.payload.booked)
    if (event.kind === 'step.done' && event.payload?.kind === 'model') {
      const { output, cost } = event.payload
      const { turn } = output as unknown as { turn: { answered?: { id?: string }; usage: { guessed?: true } } }
      answered.set(turn.answered?.id ?? '', cost)
      const line = provider.bill.lines.find(({ id }) => id === turn.answered?.id)
      if (!line) wrong.push(`no bill for ${turn.answered?.id}`)
      else if (turn.usage.guessed ? cost < line.charge : cost !== line.charge)
        wrong.push(`${line.id} was billed at ${line.charge} and booked at ${cost}`)
    }
  }
  for (const [id, amount] of reserved) {
    const spent = settled.get(id) ?? unconfirmed.get(id)
    if (spent === undefined) wrong.push(`${id} is still open`)
    else if (spent > amount) wrong.push(`${id} had ${amount} and cost ${spent}`)
    if (unconfirmed.has(id) && !settled.has(id) && unconfirmed.get(id) !== amount)
      wrong.push(`${id} is unconfirmed below its worst case`)
  }
  const sum = (some: Iterable<number>): number => [...some].reduce((all, one) => all + one, 0)
  const unanswered = provider.bill.lines.filter(({ id }) => !answered.has(id))
  const doubted = unanswered.filter(({ behaviour }) => !declines.has(behaviour))
  // Each request that nobody knows the end of is booked at its worst, and each that the provider declined at nothing.
  if (doubted.length !== unconfirmed.size) wrong.push(`${doubted.length} in doubt, ${unconfirmed.size} unconfirmed`)
  const ledger = sum(settled.values()) + sum(unconfirmed.values())
  if (ledger < provider.bill.total) wrong.push(`the ledger has ${ledger}, the bill says ${provider.bill.total}`)
  if (provider.bill.lines.length !== reserved.size)
    wrong.push(`${provider.bill.lines.length} requests, ${reserved.size} reservations`)
  return {
    wrong: wrong.slice(0, 20),
    sums: {
      requests: provider.bill.lines.length,
      answered: answered.size,
      unconfirmed: unconfirmed.size,
      bill: provider.bill.total,
      ledger,
    },
  }
}
