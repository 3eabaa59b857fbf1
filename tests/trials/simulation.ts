import { freshJudgement, horizon, judge, type Measure, verdictOn } from '../../src/agents/judge.ts'
import { seeded } from '../../src/values/chance.ts'

/** How much worse the version at trial is: a factor for each, 1 where it is equal. */
export interface Effect {
  readonly failure?: number
  readonly cost?: number
  readonly edit?: number
}

/**
 * What is common to both versions: one run in ten fails; what is done costs and takes a lognormal amount (coefficient of variation 0.5); one
 * answer in twenty needs a repair; the operator refuses one in twenty, and edits two of five of the others, a quarter of the words on
 * average.
 */
const base = {
  failure: 0.1,
  repair: 0.05,
  rejection: 0.05,
  edited: 0.4,
  mostEdited: 0.5,
  spread: 0.472,
} as const

export interface Ended {
  readonly withdrawn: boolean
  /** Runs of the version at trial until then. */
  readonly runs: number
}

/** One trial until it is withdrawn or its horizon is reached. The same seed gives the same. */
export function simulate(seed: number, share: number, effect: Effect): Ended {
  const random = seeded(seed)
  let judgement = freshJudgement(share)
  for (let runs = 0; runs < horizon; ) {
    const arm = random() * 100 < share ? 'trial' : 'base'
    const of = arm === 'trial' ? effect : {}
    for (const [measure, value] of oneRun(random, of)) judgement = judge(judgement, { measure, arm, value })
    if (arm === 'base') continue
    runs += 1
    if (verdictOn(judgement).kind === 'worse') return { withdrawn: true, runs }
  }
  return { withdrawn: false, runs: horizon }
}

function oneRun(random: () => number, { failure = 1, cost = 1, edit = 1 }: Effect): [Measure, number][] {
  if (random() < base.failure * failure) return [['failure', 1]]
  const refused = random() < base.rejection
  const isEdited = random() < base.edited
  return [
    ['failure', 0],
    ['repair', Number(random() < base.repair)],
    ['cost', 20_000 * cost * Math.exp(base.spread * normal(random))],
    ['latency', 9_000 * Math.exp(base.spread * normal(random))],
    ['rejection', Number(refused)],
    ...(refused ? [] : [['edit', isEdited ? random() * base.mostEdited * edit : 0] as [Measure, number]]),
  ]
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Wilson's interval of 95 % for a share of `hits` in `of`. */
export function wilson(hits: number, of: number): readonly [number, number] {
  const z = 1.96
  const share = hits / of
  const middle = share + z ** 2 / (2 * of)
  const reach = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2))
  const scale = 1 + z ** 2 / of
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)]
}
