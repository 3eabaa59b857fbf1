import { type Bet, evidence, freshBet, wager } from './bet.ts'

/** What versions are judged by, each of which is better when it is less. */
export const measures = ['failure', 'repair', 'rejection', 'edit', 'cost', 'latency'] as const
export type Measure = (typeof measures)[number]

/** What is known of one run: of the version on trial, or of the one that it is compared with. */
export interface Observed {
  readonly measure: Measure
  readonly arm: 'trial' | 'base'
  /** 0 or 1; for `edit` a share; for `cost` micro-dollars, for `latency` milliseconds. */
  readonly value: number
}

/** How the comparison stands. Values; `judge` makes the next of one. */
export interface Judgement {
  /** Runs of the base to one of the trial. */
  readonly ratio: number
  readonly of: Readonly<Record<Measure, Tally>>
}

interface Both<T> {
  readonly trial: T
  readonly base: T
}

/** One measure: how many runs were seen, what waits for its counterpart, and the evidence of both directions. */
export interface Tally {
  readonly seen: Both<number>
  readonly sum: Both<number>
  readonly waiting: Both<readonly number[]>
  /** Cost and latency are counted up to this; `null` until there is a measure for it. */
  readonly cap: number | null
  readonly worse: Bet
  readonly better: Bet
}

export type Verdict =
  | { readonly kind: 'too-little'; readonly seen: number; readonly of: number }
  | { readonly kind: 'worse'; readonly measures: readonly Measure[] }
  | { readonly kind: 'better'; readonly measures: readonly Measure[] }
  | { readonly kind: 'no-worse'; readonly seen: number }

/** What is within a tenth of the old is as good as the old: a version is worse when its mean is beyond that. */
const tolerance = 0.1
/** The chance that a version that is not worse is ever withdrawn, all measures together, however often one looks. */
export const mostFalse = 0.05
/** After so many runs of the new version nobody waits for more. */
export const horizon = 600
/** Cost and latency count up to so many times the median of the first runs of the base: the rest would be one outlier's word. */
const capFactor = 4
const runsForCap = 20
/** Six measures share the chance of a false word (Bonferroni: each has its own filtration, so their evidence is not averaged). */
const enough = Math.log(measures.length / mostFalse)
const mostRatio = 9

/** No run yet. `share`: percents of the runs that the trial takes; `paired`: each of its runs has one of the base. */
export function freshJudgement(share: number | 'paired'): Judgement {
  const ratio = share === 'paired' ? 1 : Math.min(mostRatio, Math.max(1, Math.floor((100 - share) / share)))
  return { ratio, of: Object.fromEntries(measures.map((one) => [one, freshTally(one)])) as Judgement['of'] }
}

/** The judgement with one more run in it. Pure: the same runs in the same order give the same. */
export function judge({ ratio, of }: Judgement, { measure, arm, value }: Observed): Judgement {
  const { seen, sum, waiting, cap, worse, better } = of[measure]
  const plus = (both: Both<number>, more: number): Both<number> =>
    arm === 'trial' ? { trial: both.trial + more, base: both.base } : { trial: both.trial, base: both.base + more }
  const waits: Both<readonly number[]> =
    arm === 'trial'
      ? { trial: waiting.trial.concat(value), base: waiting.base }
      : { trial: waiting.trial, base: waiting.base.concat(value) }
  const tally = { seen: plus(seen, 1), sum: plus(sum, value), waiting: waits, cap, worse, better }
  return { ratio, of: { ...of, [measure]: weigh(tally, ratio) } }
}

/** What can be said now; asking as often as one likes costs nothing of its truth. */
export function verdictOn({ of }: Judgement): Verdict {
  const worse = measures.filter((one) => evidence(of[one].worse) >= enough)
  if (worse.length > 0) return { kind: 'worse', measures: worse }
  const better = measures.filter((one) => evidence(of[one].better) >= enough)
  // Who fails less and costs more is the operator's to weigh, at the horizon.
  const doubtful = measures.some((one) => evidence(of[one].worse) > 0)
  if (better.length > 0 && !doubtful) return { kind: 'better', measures: better }
  const seen = of.failure.seen.trial
  return seen < horizon ? { kind: 'too-little', seen, of: horizon } : { kind: 'no-worse', seen }
}

/** How far the evidence against a version is, from 0 to 1 (withdrawn). */
export function nearness(bet: Bet): number {
  return Math.min(1, Math.max(0, evidence(bet) / enough))
}

function freshTally(measure: Measure): Tally {
  const cap = measure === 'cost' || measure === 'latency' ? null : 1
  const none = { trial: 0, base: 0 }
  return { seen: none, sum: none, waiting: { trial: [], base: [] }, cap, worse: freshBet, better: freshBet }
}

/** Takes whole blocks out of what waits: one run of the trial, and its ratio of the base. Each run counts once. */
function weigh(tally: Tally, ratio: number): Tally {
  const { waiting, cap } = tally
  if (cap === null) return waiting.base.length < runsForCap ? tally : weigh(capped(tally), ratio)
  const [first] = waiting.trial
  if (first === undefined || waiting.base.length < ratio) return tally
  const own = scoreOf(first, cap)
  let others = 0
  for (let at = 0; at < ratio; at += 1) others += scoreOf(waiting.base[at] ?? 0, cap) / ratio
  const reach = 1 + tolerance
  const worse = wager(tally.worse, own - reach * Math.min(1, others), reach)
  const better = wager(tally.better, Math.min(1, others) - reach * own, reach)
  const left = { trial: waiting.trial.slice(1), base: waiting.base.slice(ratio) }
  return weigh({ ...tally, waiting: left, worse, better }, ratio)
}

/** The first runs of the base say what is usual, and are used for nothing else. */
function capped(tally: Tally): Tally {
  const first = tally.waiting.base.slice(0, runsForCap).sort((a, b) => a - b)
  const median = first[runsForCap / 2] ?? 0
  return {
    ...tally,
    cap: capFactor * median,
    waiting: { ...tally.waiting, base: tally.waiting.base.slice(runsForCap) },
  }
}

/** From 0 to 1. Where the usual is nothing (a model that is free), anything at all is 1. */
function scoreOf(value: number, cap: number): number {
  return cap === 0 ? Number(value > 0) : Math.min(value, cap) / cap
}
