import { expect, onTestFinished, test } from 'vitest'
import { openDegrading } from '../../src/os/degraded/degrading.ts'
import type { StoredEvent } from '../../src/telemetry/event.ts'
import type { RunId } from '../../src/values/id.ts'
import { type Instant, later, milliseconds, minutes, seconds } from '../../src/values/time.ts'
import { begin } from '../executor/company.ts'
import type { Behaviour } from './behaviour.ts'
import { budget, endings, eventsOf, openTown, type Town } from './town.ts'

const full = process.env.PROOF === '1'
const waiting = full ? 300 : 20
const down = later(begin, minutes(1))
const up = later(down, minutes(60))
// A provider that comes back is asked by no more than this share of all that waited for it within one second.
const mostShareASecond = 0.1

/** One account says that it cannot, the other hangs up in the middle of what it says. */
function outage(account: string, at: number): Behaviour {
  if (at < down || at >= up) return 'answers'
  return account === 'alder' ? 'fails with 503' : 'hangs up in the middle'
}

test('every provider is away for an hour: who waits is answered from what is kept or by rules, the rest waits and comes back spread out', {
  timeout: full ? 1_200_000 : 60_000,
}, async () => {
  const town = await openTown(outage)
  const { mode, kernel } = town
  const degrading = await openDegrading({ kernel, mode, free: () => 2 ** 40, changed: () => town.worker.nudge() })
  onTestFinished(() => degrading.close())
  const topics = ['tea', 'milk', 'rum']
  for (const about of topics) await town.start('interactive-kept', { about })
  await town.until(down)

  const background: RunId[] = []
  for (let nth = 0; nth < waiting; nth += 1) background.push(await town.start('background-bare', { about: `${nth}` }))
  const interactive: RunId[] = []
  for (let minute = 0; minute < 60; minute += 5) {
    for (const kind of ['kept', 'ruled'])
      interactive.push(await town.start(`interactive-${kind}`, { about: topics[minute % 3] ?? '' }))
    await town.until(later(town.clock.now(), minutes(5)))
    expect(mode.now().mode).toBe('degraded')
  }
  const atTheEnd = await eventsOf(town)
  expect(background.map((run) => endings(atTheEnd).get(run))).toEqual(background.map(() => undefined))

  await town.until(later(up, minutes(30)))
  const events = await eventsOf(town)
  const ends = endings(events)
  expect(interactive.map((run) => ends.get(run))).toEqual(
    interactive.map((_run, nth) => (nth % 2 === 0 ? 'done by cached' : 'done by fallback')),
  )
  expect(background.map((run) => ends.get(run))).toEqual(background.map(() => 'done by its tier'))
  expect(longest(events, interactive)).toBeLessThanOrEqual(budget)
  expect(town.gate.wrong).toEqual([])

  const rate = rateAfter(town, up)
  process.stdout.write(`${JSON.stringify({ waiting, ...rate, whileDown: callsBetween(town, down, up) })}\n`)
  expect(rate.mostASecond).toBeLessThanOrEqual(Math.max(8, waiting * mostShareASecond))
  expect(mode.now()).toEqual({ mode: 'normal' })
  await degrading.chore.perform()
  const told = (await eventsOf(town)).flatMap(({ kind }) => (kind.startsWith('company.') ? [kind] : []))
  expect([told[0], told.at(-1)]).toEqual(['company.degraded', 'company.recovered'])
})

/** The longest that one of those runs took from its start to its end. */
function longest(events: readonly StoredEvent[], runs: readonly RunId[]): number {
  const spans = runs.map((run) => {
    const own = events.filter((event) => event.run === run)
    return (own.at(-1)?.at ?? 0) - (own[0]?.at ?? 0)
  })
  return Math.max(...spans)
}

/** How those that waited came back: calls by the second of virtual time. */
function rateAfter({ provider }: Town, since: Instant) {
  const bySecond = new Map<number, number>()
  const times = provider.bill.lines.filter(({ at }) => at >= since).map(({ at }) => at)
  for (const at of times) {
    const second = Math.floor((at - since) / seconds(1))
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
  }
  const first = Math.min(...times)
  const last = Math.max(...times)
  return {
    calls: times.length,
    mostASecond: Math.max(...bySecond.values()),
    firstCallAfterMs: milliseconds(first - since),
    drainedWithinMs: milliseconds(last - first),
    aSecondOnAverage: Math.round((times.length / Math.max(1, (last - first) / 1000)) * 100) / 100,
  }
}

function callsBetween({ provider }: Town, from: Instant, to: Instant): number {
  return provider.bill.lines.filter(({ at }) => at >= from && at < to).length
}
