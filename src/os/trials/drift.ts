import { freshJudgement, type Judgement, judge, type Measure, type Observed, verdictOn } from '../../agents/judge.ts'
import { agentOfTask } from '../../executor/agent-of.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { isMakersFault } from '../../executor/observe.ts'
import { isWork } from '../../executor/practice.ts'
import type { Row } from '../../store/tables.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import { driftPeriod } from './watching-drift.ts'

// Enough for what a trial would see; of a busier agent the first runs of a period speak for it.
const mostRuns = 600
const mostNotices = 200

/**
 * Compares, for each version that takes new runs, this period's runs with those of the period before, by the test that judges trials: failures,
 * repairs, cost and latency. Worse: an event, once in a period. Of a version that does not change, one period in twenty is told wrongly at
 * most.
 */
export async function lookForDrift(kernel: Kernel, since: Instant): Promise<void> {
  const told = await toldSince(kernel, since)
  for (const { agent, hash, version } of await atWork(kernel)) {
    if (told.has(hash)) continue
    let judgement: Judgement = freshJudgement('paired')
    const before = await observedIn(kernel, agent, hash, 'base', (since - driftPeriod) as Instant, since)
    if (before.length === 0) continue
    const now = await observedIn(kernel, agent, hash, 'trial', since, (since + driftPeriod) as Instant)
    for (const observed of [...before, ...now]) judgement = judge(judgement, observed)
    const verdict = verdictOn(judgement)
    if (verdict.kind !== 'worse') continue
    const runs = judgement.of.failure.seen.trial
    const payload = { agent, hash, version, because: verdict.measures, runs }
    await kernel.store.write((tx) =>
      kernel.journal.append(tx, { kind: 'agent.drifting', subject: companyIdentity, origin: 'system', payload }),
    )
  }
}

/** The versions that take new runs: released ones, and those of the folder. */
async function atWork({ artifacts, releases, shelf }: Kernel) {
  const found: { agent: string; hash: string; version: number }[] = []
  for (const { name: agent, kind, hash, version } of artifacts.values()) {
    if (kind !== 'agent') continue
    const now = releases.current(agent)
    if (now === undefined || now.kind === 'code') found.push({ agent, hash, version })
    else
      for (const share of now.shares) {
        const body = await shelf.agent(share.hash)
        if (body) found.push({ agent, hash: share.hash, version: body.version })
      }
  }
  return found
}

/** What the first task of each run tells of this version, in the order in which the runs began. */
async function observedIn(
  kernel: Kernel,
  agent: string,
  hash: string,
  arm: Observed['arm'],
  from: Instant,
  until: Instant,
): Promise<Observed[]> {
  const rows = await kernel.store.read
    .selectFrom('runs')
    .innerJoin('pins', (join) =>
      join.onRef('pins.run_id', '=', 'runs.id').on('pins.kind', '=', 'agent').on('pins.name', '=', agent),
    )
    .innerJoin('tasks', 'tasks.run_id', 'runs.id')
    .selectAll('tasks')
    .where('runs.started_at', '>=', from)
    .where('runs.started_at', '<', until)
    .where('pins.hash', '=', hash)
    .where('tasks.kind', '=', 'agent')
    .where('tasks.state', 'in', ['done', 'failed'])
    .where(isWork)
    .orderBy('runs.started_at')
    .limit(mostRuns)
    .execute()
  const seen = new Set<string>()
  const observed: Observed[] = []
  for (const task of rows) {
    if (seen.has(task.run_id)) continue
    if ((await agentOfTask(kernel, task)) !== agent) continue
    seen.add(task.run_id)
    const numbers = Object.entries(await numbersOf(kernel, task)) as [Measure, number][]
    observed.push(...numbers.map(([measure, value]) => ({ measure, arm, value })))
  }
  return observed
}

async function numbersOf({ journal }: Kernel, task: Row<'tasks'>): Promise<Partial<Record<Measure, number>>> {
  const [event] = task.outcome_seq === null ? [] : await journal.at([task.outcome_seq])
  if (event?.kind === 'task.failed' && event.payload)
    return isMakersFault(event.payload.fault.code) ? { failure: 1 } : {}
  if (event?.kind !== 'task.done' || event.payload === null) return {}
  const { cost, repairs = 0 } = event.payload
  return { failure: 0, repair: Number(repairs > 0), cost, latency: task.worked_ms }
}

async function toldSince({ store, journal }: Kernel, since: Instant): Promise<ReadonlySet<string>> {
  const rows = await store.read
    .selectFrom('events')
    .select(['seq', 'at'])
    .where('kind', '=', 'agent.drifting')
    .orderBy('seq', 'desc')
    .limit(mostNotices)
    .execute()
  const events = await journal.at(rows.filter(({ at }) => at >= since).map(({ seq }) => seq))
  return new Set(
    events.flatMap((event) => (event.kind === 'agent.drifting' && event.payload ? [event.payload.hash] : [])),
  )
}
