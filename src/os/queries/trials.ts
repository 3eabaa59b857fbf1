import { horizon, type Measure, measures, nearness, verdictOn } from '../../agents/judge.ts'
import type { Trial } from '../../agents/trial.ts'
import type { TrialId } from '../../values/id.ts'
import type { Usd } from '../../values/money.ts'
import type { Instant } from '../../values/time.ts'
import type { Os } from '../os.ts'
import { standingOf } from '../trials/standing.ts'

/** A trial with what is known until now. */
export interface TrialView {
  readonly id: TrialId
  readonly agent: string
  readonly kind: Trial['kind']
  readonly version: number
  readonly baseline: number
  readonly share: number | null
  readonly since: Instant
  readonly state: Trial['state']
  readonly by: Trial['by']
  readonly endedAt: Instant | null
  readonly why: string
  /** In what it was better (proposed) or worse (withdrawn by the system). */
  readonly because: readonly string[]
  /** A sentence: what can be said now, or what came of it. */
  readonly says: string
  /** Runs of the version at trial that were seen, and after how many nobody waits for more. */
  readonly seen: number
  readonly of: number
  readonly measures: readonly MeasureView[]
  /** What its own runs cost, and may cost (shadow). */
  readonly spent: Usd | null
  readonly limit: Usd | null
}

/** One measure: means of both versions over so many runs; `worse`, `better`: how near the evidence is to enough, from 0 to 1. */
export interface MeasureView {
  readonly measure: Measure
  readonly trial: Side
  readonly base: Side
  readonly worse: number
  readonly better: number
}

interface Side {
  readonly runs: number
  readonly mean: number | null
}

// Of an agent that is tried every week, the last quarter.
const mostShown = 12
// One for each agent.
const mostOpen = 200

/** The trials of an agent, newest first. */
export async function showTrials(os: Os, agent: string): Promise<TrialView[]> {
  const rows = (await os.trials.history(agent)).slice(0, mostShown)
  return Promise.all(rows.map((row) => trialView(os, row)))
}

/** The trial of an agent that is open. */
export async function openTrial(os: Os, agent: string): Promise<TrialView | null> {
  const select = os.store.read.selectFrom('trials').selectAll().where('agent', '=', agent).where('ended_at', 'is', null)
  const row = await select.executeTakeFirst()
  return row ? trialView(os, row) : null
}

/** What waits for the operator's word (a version is proposed), and what the system withdrew in the last week. */
export async function trialNews(os: Os): Promise<TrialView[]> {
  const since = (os.clock.now() - week) as Instant
  const { read } = os.store
  const open = await read.selectFrom('trials').selectAll().where('ended_at', 'is', null).limit(mostOpen).execute()
  const proposed = open.filter(({ state }) => state === 'proposed')
  const ended = await read
    .selectFrom('trials')
    .selectAll()
    .where('by', '=', 'system')
    .where('ended_at', '>=', since)
    .orderBy('ended_at')
    .limit(mostShown)
    .execute()
  return Promise.all([...proposed, ...ended].map((row) => trialView(os, row)))
}

const week = 7 * 24 * 60 * 60 * 1000

async function trialView(os: Os, trial: Trial): Promise<TrialView> {
  const { judgement } = await standingOf(os, trial)
  const versions = new Map((await os.versions(trial.agent)).map(({ artifact }) => [artifact.hash, artifact.version]))
  const [started, moved] = await os.journal.at([trial.seq, trial.state_seq])
  const hasGrounds =
    moved?.kind === 'trial.proposed' || moved?.kind === 'trial.ended' || moved?.kind === 'trial.resumed'
  const told = hasGrounds ? moved.payload : null
  const purse = await os.budget.spentOn({ scope: `trial:${trial.id}`, period: 'life' })
  const verdict = verdictOn(judgement)
  const seen = judgement.of.failure.seen.trial
  return {
    id: trial.id,
    agent: trial.agent,
    kind: trial.kind,
    version: versions.get(trial.hash) ?? 0,
    baseline: versions.get(trial.baseline) ?? 0,
    share: trial.share,
    since: started?.at ?? trial.since,
    state: trial.state,
    by: trial.by,
    endedAt: trial.ended_at,
    why: started?.kind === 'trial.started' ? (started.payload?.why ?? '') : '',
    because: told?.because ?? [],
    says: sentence(trial, verdict.kind === 'too-little', seen, told?.because ?? []),
    seen,
    of: horizon,
    measures: measures.map((measure) => {
      const { seen: runs, sum, worse, better } = judgement.of[measure]
      const side = (arm: 'trial' | 'base'): Side => ({ runs: runs[arm], mean: runs[arm] ? sum[arm] / runs[arm] : null })
      return { measure, trial: side('trial'), base: side('base'), worse: nearness(worse), better: nearness(better) }
    }),
    spent: trial.kind === 'shadow' ? purse.spent : null,
    limit: trial.kind === 'shadow' ? purse.limit : null,
  }
}

function sentence({ state, by }: Trial, isTooLittle: boolean, seen: number, because: readonly string[]): string {
  const runs = `${seen} run${seen === 1 ? '' : 's'}`
  switch (state) {
    case 'running':
      return isTooLittle
        ? `too little to tell: ${seen} of at most ${horizon} runs`
        : `something can be said after ${runs}; it is looked at next`
    case 'proposed':
      return because.length > 0 ? `better in ${because.join(', ')} after ${runs}` : `no worse after ${runs}`
    case 'withdrawn':
      return by === 'system'
        ? `withdrawn by itself: worse in ${because.join(', ')} after ${runs}`
        : `withdrawn after ${runs}`
    case 'promoted':
      return `promoted after ${runs}`
    case 'stopped':
      return `stopped after ${runs}`
    case 'inconclusive':
      return `its purse was empty after ${runs}: too little to tell`
    default:
      return state satisfies never
  }
}
