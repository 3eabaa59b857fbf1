import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evidence, freshBet, wager } from '../../src/agents/bet.ts'
import {
  freshJudgement,
  horizon,
  type Judgement,
  judge,
  type Measure,
  mostFalse,
  type Observed,
  verdictOn,
} from '../../src/agents/judge.ts'
import { seeded } from '../../src/values/chance.ts'
import { type Effect, simulate, wilson } from './simulation.ts'

const seeds = process.env.PROOF ? 1000 : 60
// Seeds of their own: the horizon was chosen with others (900,000 and on).
const firstSeed = 1
const share = 10

/** Withdrawn in so many of the seeds. */
function withdrawn(effect: Effect): { hits: number; runs: readonly number[]; interval: readonly [number, number] } {
  const ends = Array.from({ length: seeds }, (_none, at) => simulate(firstSeed + at, share, effect))
  const runs = ends.filter((end) => end.withdrawn).map((end) => end.runs)
  return { hits: runs.length, runs: runs.sort((a, b) => a - b), interval: wilson(runs.length, seeds) }
}

test.for<[string, Effect]>([
  ['fails twice as often (20 % for 10 %)', { failure: 2 }],
  ['costs 30 % more', { cost: 1.3 }],
  ['is edited twice as much', { edit: 2 }],
])(
  'a version that %s is withdrawn within 600 of its runs in nearly all of the seeds',
  {
    timeout: 1_200_000,
  },
  ([, effect], { annotate }) => {
    const { hits, runs, interval } = withdrawn(effect)
    const [low, high] = interval.map((one) => (one * 100).toFixed(1))
    const [median, late] = [runs[Math.floor(runs.length / 2)], runs[Math.floor(runs.length * 0.95)]]
    annotate(`${hits} of ${seeds} (95 %: ${low} to ${high} %); half of them within ${median} runs, 95 % within ${late}`)
    expect(hits / seeds).toBeGreaterThanOrEqual(0.95)
  },
)

test('an equal version is withdrawn in at most one of twenty seeds', { timeout: 1_200_000 }, ({ annotate }) => {
  const { hits, interval } = withdrawn({})
  annotate(`${hits} of ${seeds} (95 %: ${interval.map((one) => (one * 100).toFixed(1)).join(' to ')} %)`)
  expect(hits / seeds).toBeLessThanOrEqual(mostFalse)
})

test('who bets on what is no gain on average has gained nothing on average, whenever one looks', () => {
  // Every path of a score that is +up with the chance that makes its mean 0, else -down: the mean wealth is exactly 1, or less.
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1.1, noNaN: true }),
      (up, down) => {
        const rising = down / (up + down)
        const steps = 8
        for (let length = 1; length <= steps; length += 1) {
          let mean = 0
          for (let path = 0; path < 2 ** length; path += 1) {
            let bet = freshBet
            let likely = 1
            for (let at = 0; at < length; at += 1) {
              const isUp = (path >> at) % 2 === 1
              bet = wager(bet, isUp ? up : -down, 1.1)
              likely *= isUp ? rising : 1 - rising
            }
            mean += likely * Math.exp(evidence(bet))
          }
          expect(mean).toBeLessThanOrEqual(1 + 1e-9)
        }
      },
    ),
    { numRuns: process.env.PROOF ? 200 : 10 },
  )
})

test('a score that is outside of what was promised is a mistake, and not evidence', () => {
  expect(() => wager(freshBet, 1.01, 1.1)).toThrow(RangeError)
  expect(() => wager(freshBet, -1.2, 1.1)).toThrow(RangeError)
  expect(() => wager(freshBet, Number.NaN, 1.1)).toThrow(RangeError)
})

const take = (all: readonly Observed[], from: Judgement = freshJudgement(50)): Judgement => all.reduce(judge, from)
const runs = (measure: Measure, arm: Observed['arm'], value: number, count: number): Observed[] =>
  Array.from({ length: count }, () => ({ measure, arm, value }))

test('before there is enough to tell it says so, and at its horizon that nothing was found', () => {
  const some = take([...runs('failure', 'base', 0, 12), ...runs('failure', 'trial', 0, 12)])
  expect(verdictOn(some)).toEqual({ kind: 'too-little', seen: 12, of: 600 })
  const all = take([...runs('failure', 'base', 0, horizon), ...runs('failure', 'trial', 0, horizon)])
  expect(verdictOn(all)).toEqual({ kind: 'no-worse', seen: horizon })
})

test('a version that always fails is withdrawn after a dozen runs', () => {
  const broken = take([...runs('failure', 'base', 0, 12), ...runs('failure', 'trial', 1, 12)])
  expect(verdictOn(broken)).toEqual({ kind: 'worse', measures: ['failure'] })
})

test('a version that is better in one thing and leans to worse in none is proposed before its horizon', () => {
  const better = take([...runs('edit', 'base', 0.5, 60), ...runs('edit', 'trial', 0.1, 60)])
  expect(verdictOn(better)).toEqual({ kind: 'better', measures: ['edit'] })
  const dearer = take([...runs('failure', 'base', 0, 4), ...runs('failure', 'trial', 1, 4)], better)
  expect(verdictOn(dearer)).toMatchObject({ kind: 'too-little' })
})

test('what is within a tenth is never held against a version, in the limit', () => {
  const random = seeded(11)
  let judgement = freshJudgement(50)
  for (let at = 0; at < 20_000; at += 1)
    for (const arm of ['base', 'trial'] as const)
      judgement = judge(judgement, {
        measure: 'rejection',
        arm,
        value: Number(random() < (arm === 'trial' ? 0.33 : 0.3)),
      })
  expect(evidence(judgement.of.rejection.worse)).toBeLessThan(0)
})

test('one outlier among the costs is worth four usual ones', () => {
  const usual = (count: number, arm: Observed['arm']) => runs('cost', arm, 100, count)
  const outlier = take([...usual(60, 'base'), ...usual(10, 'trial'), ...runs('cost', 'trial', 1_000_000, 1)])
  const four = take([...usual(60, 'base'), ...usual(10, 'trial'), ...runs('cost', 'trial', 400, 1)])
  expect(evidence(outlier.of.cost.worse)).toBe(evidence(four.of.cost.worse))
  // A model that was free and now costs something is worse in each run.
  const free = take([...runs('cost', 'base', 0, 60), ...runs('cost', 'trial', 5, 30)])
  expect(verdictOn(free)).toEqual({ kind: 'worse', measures: ['cost'] })
})

test('a measure is judged by its own runs in their order, whatever is told of others in between', () => {
  const kinds = fc.record({
    measure: fc.constantFrom<Measure>('failure', 'edit', 'rejection'),
    arm: fc.constantFrom<Observed['arm']>('trial', 'base'),
    value: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 60 }), (all) => {
      const sorted = all.toSorted((a, b) => a.measure.localeCompare(b.measure))
      expect(take(all)).toEqual(take(sorted))
    }),
    { numRuns: 50 },
  )
})
