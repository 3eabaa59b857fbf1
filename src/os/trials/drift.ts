import { freshJudgement, type Judgement, judge, type Measure, type Observed, verdictOn } from '../../agents/judge.ts'
import { agentOfTask } from '../../executor/agent-of.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { numbersOf } from '../../executor/observe.ts'
import { isWork } from '../../store/practice.ts'
import type { Row } from '../../store/tables.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import { companyIdentity } from '../../values/id.ts'
import { type Duration, type Instant, milliseconds } from '../../values/time.ts'
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
  const first = new Map<string, Row<'tasks'>>()
  for (const task of rows)
    if (!first.has(task.run_id) && (await agentOfTask(kernel, task)) === agent) first.set(task.run_id, task)
  const tasks = [...first.values()]
  const ends = await kernel.journal.at(tasks.flatMap(({ outcome_seq: seq }) => seq ?? []))
  const endOf = new Map(ends.map((event) => [event.seq, event]))
  return tasks.flatMap((task) => {
    const numbers = numbersIn(endOf.get(task.outcome_seq ?? 0), milliseconds(task.worked_ms))
    return (Object.entries(numbers ?? {}) as [Measure, number][]).map(([measure, value]) => ({ measure, arm, value }))
  })
}

/** What an end in the journal tells; nothing where its subject is forgotten. */
function numbersIn(event: StoredEvent | undefined, worked: Duration): ReturnType<typeof numbersOf> {
  if (event?.kind === 'task.failed' && event.payload)
    return numbersOf({ kind: 'failed', fault: event.payload.fault }, worked)
  if (event?.kind === 'task.done' && event.payload) return numbersOf({ kind: 'done', outcome: event.payload }, worked)
  return undefined
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
