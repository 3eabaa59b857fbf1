import type { AgentBody } from '../../agents/artifact.ts'
import { agentOfTask } from '../../executor/agent-of.ts'
import { cancelRun } from '../../executor/cancel-run.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { agentOf } from '../../executor/pinned-agent.ts'
import { type Original, purseOf, stepsOf, storeRepeat, taskWithRun } from '../../executor/repeat.ts'
import { readInputs } from '../../executor/values.ts'
import { pick } from '../../models/ladder.ts'
import { isPractice } from '../../store/practice.ts'
import { isFault, Refusal, refuse } from '../../values/fault.ts'
import { companyIdentity, type ReplayId, type RunId, randomIds } from '../../values/id.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import type { Company } from '../commands.ts'
import { versionNamed } from '../versions.ts'
import { whatOf } from './replayed.ts'

/** What is asked of a replay. */
export interface ReplayWish {
  /** How many of the agent's last tasks, at most. */
  readonly tasks: number
  /** What it may cost; when not said twice what the originals cost, and what must be set aside while calls are under way. */
  readonly limit?: Usd | undefined
  /** What only reads, and is not in the record, may be read anew. */
  readonly live: boolean
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean
}

/** What a replay is, or would be. */
export interface ReplayPlan {
  /** `null`: nothing was begun. */
  readonly replay: ReplayId | null
  readonly tasks: number
  /** Tasks whose inputs were forgotten. */
  readonly skipped: number
  /** What the originals cost; a cheaper model costs less. */
  readonly estimate: Usd
  readonly limit: Usd
  readonly runs: readonly RunId[]
}

// Each is a run of some 3 KB; two hundred are stored in some 100 ms.
export const mostReplayed = 200
// Of runs of others that lie between; an agent that worked less lately is found by fewer.
const mostRunsSeen = 5000
const page = 200
// As many as a worker does at once; for each the worst case of a call is set aside, of a prompt that is not yet known.
const atOnce = 16
const longPrompt = 20_000

/**
 * Gives the last tasks of an agent to a version again, as runs of their own, without any effect. Faults: `input.unknown`,
 * `trial.nothing-recorded`, `release.needs-code`.
 */
export async function replay(company: Company, agent: string, version: string, wish: ReplayWish): Promise<ReplayPlan> {
  const { kernel } = company
  const { artifact } = await versionNamed(kernel, agent, version)
  const able = agentOf(kernel, artifact.hash, artifact.body)
  if (isFault(able)) throw new Refusal(able)
  const { originals, skipped, cost } = await recorded(kernel, agent, Math.min(wish.tasks, mostReplayed))
  if (originals.length === 0) {
    const why = skipped > 0 ? 'what it was given has been forgotten' : 'no task of it has ended yet'
    refuse('trial.nothing-recorded', { agent, why })
  }
  const limit = wish.limit ?? (await usualLimit(kernel, artifact.body, cost))
  const plan = { tasks: originals.length, skipped, estimate: cost, limit }
  if (wish.dryRun) return { replay: null, ...plan, runs: [] }
  const id = randomIds(kernel.clock.now).next('rpl')
  const runs = await kernel.store.write(async (tx) => {
    const { hash } = artifact
    await kernel.shelf.publish(tx, artifact)
    const payload = { replay: id, agent, hash, version: artifact.version, tasks: originals.length, skipped, limit }
    const seq = await kernel.journal.append(tx, {
      kind: 'replay.started',
      ...{ subject: companyIdentity, origin: 'operator' },
      payload: { ...payload, live: wish.live },
    })
    const row = { id, agent, hash, seq, made_at: kernel.clock.now() }
    await tx.db.insertInto('replays').values(row).execute()
    await kernel.budget.setLimit(tx, purseOf(id), limit)
    const made: RunId[] = []
    const repeat = { cause: id, version: artifact, live: wish.live }
    for (const original of originals) made.push(await storeRepeat(tx, kernel, original, repeat))
    return made
  })
  return { replay: id, ...plan, runs }
}

/** Ends what of a replay has not been done; what was done stays to be looked at. Gives how many runs were ended. Fault: `input.unknown`. */
export async function cancelReplay({ kernel, worker }: Company, id: ReplayId, why: string): Promise<number> {
  await whatOf(kernel, id)
  const open = await kernel.store.read
    .selectFrom('repeats')
    .innerJoin('runs', 'runs.id', 'repeats.run_id')
    .select('runs.id')
    .where('repeats.cause', '=', id)
    .where('runs.ended_at', 'is', null)
    .where('runs.state', 'in', ['running', 'held'])
    .execute()
  for (const run of open) worker.stop(await cancelRun(kernel, run.id, why), why)
  return open.length
}

/** Twice what it cost then, and what must be set aside meanwhile. */
async function usualLimit({ models, pricing }: Kernel, { tier }: AgentBody, cost: Usd): Promise<Usd> {
  const [{ choice }] = pick(models, tier)
  if (choice.price === 'free') return cost
  return microUsd(2 * cost + atOnce * (await pricing.worstCase(choice, longPrompt, choice.maxOutputTokens)))
}

interface Recorded {
  readonly originals: readonly Original[]
  readonly skipped: number
  readonly cost: Usd
}

/** The last tasks of an agent that ended, newest first, with what they cost. */
async function recorded(kernel: Kernel, agent: string, most: number): Promise<Recorded> {
  const originals: Original[] = []
  let skipped = 0
  let cost = 0
  for await (const task of endedTasks(kernel)) {
    if (originals.length >= most) break
    const original = await taskWithRun(kernel, task.id)
    if ((await agentOfTask(kernel, original.task)) !== agent) continue
    const known = await costIn(kernel, original)
    if (known === undefined) skipped += 1
    else {
      originals.push(original)
      cost += known
    }
  }
  return { originals, skipped, cost: microUsd(cost) }
}

async function* endedTasks({ store }: Kernel): AsyncGenerator<Pick<Original['task'], 'id'>> {
  let last: { started_at: Original['run']['started_at']; id: RunId } | undefined
  for (let seen = 0; seen < mostRunsSeen; seen += page) {
    let select = store.read.selectFrom('runs').select(['id', 'workflow', 'started_at'])
    if (last) {
      const { started_at, id } = last
      select = select.where((eb) => eb(eb.refTuple('started_at', 'id'), '<', eb.tuple(started_at, id)))
    }
    const runs = await select.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(page).execute()
    for (const run of runs) {
      if (isPractice(run)) continue
      const tasks = store.read.selectFrom('tasks').select('id').where('run_id', '=', run.id)
      yield* await tasks
        .where('state', 'in', ['done', 'failed'])
        .where('kind', 'in', ['agent', 'plan'])
        .orderBy('id')
        .execute()
    }
    last = runs.at(-1)
    if (runs.length < page) return
  }
}

/** What the task cost; `undefined` where what it was given, or gave, has been forgotten. */
async function costIn(kernel: Kernel, { run, task, place }: Original): Promise<number | undefined> {
  const [event] = task.outcome_seq === null ? [] : await kernel.journal.at([task.outcome_seq])
  if (!event || event.payload === null) return undefined
  try {
    await readInputs(kernel, run, task, place)
    // What is done with a planner's plan is no cost of the planner's.
    if (task.kind === 'plan') return (await stepsOf(kernel, task.id)).reduce((sum, { cost }) => sum + cost, 0)
  } catch (error) {
    if (error instanceof Refusal && error.fault.code === 'vault.forgotten') return undefined
    throw error
  }
  return event.kind === 'task.done' ? event.payload.cost : 0
}
