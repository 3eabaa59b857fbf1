import type { AgentBody, Artifact } from '../agents/artifact.ts'
import type { Plan, PlannedTask } from '../planner/plan.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { refuse } from '../values/fault.ts'
import { isRepeat, type ReplayId, type RunId, repeatId, type TaskId, type TrialId } from '../values/id.ts'
import { canonical, type Json } from '../values/json.ts'
import { between, later, milliseconds, minutes, seconds } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import type { Kernel } from './kernel.ts'
import type { Shortage } from './money-gate.ts'
import type { Place } from './place.ts'
import { storeRun } from './start-run.ts'
import { type Inputs, readInputs } from './values.ts'

/** A task of an agent that is there in the journal, with the run that it is of. */
export interface Original {
  readonly run: Row<'runs'>
  readonly task: Row<'tasks'>
  readonly place: Place
}

/** Why a task is repeated, by which version, and whether what it only reads may be read anew. */
export interface NewRepeat {
  readonly cause: TrialId | ReplayId
  readonly version: Artifact<AgentBody>
  readonly live: boolean
}

/**
 * Stores a run that does a recorded task again with another version: a plan of one task, so that queue, lease, budget and journal are those
 * of any run. Its inputs are not copied: they are read through the wires of the original when it is claimed. Storing it again changes nothing.
 */
export async function storeRepeat(
  tx: Tx,
  kernel: Kernel,
  { run, task }: Original,
  { cause, version, live }: NewRepeat,
): Promise<RunId> {
  const id = repeatId(cause, task.id)
  if (await repeatOf.first(tx.db, { run: id })) return id
  const kind = cause.startsWith('trl_') ? 'shadow' : 'replay'
  await storeRun(tx, kernel, {
    id,
    // No author can call a workflow so: it is nobody's.
    workflow: `${kind}:${version.name}`,
    plan: planOf(version.name),
    input: { repeats: task.id, cause, live },
    origin: run.origin,
    subject: task.subject,
    artifacts: [version],
  })
  const row = { run_id: id, cause, task_id: task.id, live: live ? 1 : 0 } as const
  await tx.db.insertInto('repeats').values(row).execute()
  return id
}

/** The task that a run repeats, and why. */
export async function originalOf(kernel: Kernel, run: RunId): Promise<Original & { repeat: Row<'repeats'> }> {
  const { read } = kernel.store
  const repeat = await repeatOf.first(read, { run })
  if (!repeat) throw new TypeError(`${run} repeats nothing`)
  return { ...(await taskWithRun(kernel, repeat.task_id)), repeat }
}

/** A task with its run. */
export async function taskWithRun(kernel: Kernel, id: TaskId): Promise<Original> {
  const task = await kernel.store.read.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return { task, run: await kernel.readRun(task.run_id), place: await kernel.placeOf(task) }
}

/** What the original was given. Fault: `vault.forgotten`. */
export async function inputsAgain(kernel: Kernel, run: RunId): Promise<Inputs> {
  const { run: first, task, place } = await originalOf(kernel, run)
  return readInputs(kernel, first, task, place)
}

/** The purse that the runs of one trial or replay share. */
export async function pursesAgain(kernel: Kernel, run: RunId): Promise<{ scope: string; period: string }[]> {
  const repeat = await repeatOf.first(kernel.store.read, { run })
  return repeat ? [purseOf(repeat.cause)] : []
}

/** `trial:ID`, `replay:ID`. */
export function purseOf(cause: TrialId | ReplayId): { scope: string; period: string } {
  return { scope: `${cause.startsWith('trl_') ? 'trial' : 'replay'}:${cause}`, period: 'life' }
}

/** Money that is set aside for the others of a replay comes back when they are done: what repeats waits for it, and does not fail. */
export async function afterOthers(
  { kernel, run }: Pick<Attempt, 'kernel' | 'run'>,
  { scope, fault }: Shortage,
): Promise<Extract<Performed, { kind: 'postponed' }> | undefined> {
  if (!isRepeat(run.id) || (await kernel.budget.spentOn(scope)).reserved === 0) return undefined
  const now = kernel.clock.now()
  const quarter = between(run.started_at, now) / 4
  const pause = milliseconds(Math.min(longestPause, Math.max(firstPause, quarter)))
  return { kind: 'postponed', fault, until: later(now, pause) }
}

// A call of a model takes some seconds; what waits in a provider's batch, hours. Each look is an attempt in the journal.
const firstPause = seconds(5)
const longestPause = minutes(15)

/** The steps of a task that are in the journal, of all its rounds. Fault: `vault.forgotten`. */
export async function stepsOf({ store, journal }: Kernel, task: TaskId) {
  const rows = await store.read
    .selectFrom('steps')
    .select(['key', 'round', 'seq'])
    .where('task_id', '=', task)
    .orderBy('round')
    .execute()
  const events = new Map((await journal.at(rows.map((row) => row.seq))).map((event) => [event.seq, event]))
  return rows.flatMap(({ key, round, seq }) => {
    const event = events.get(seq)
    if (event?.kind !== 'step.done') return []
    if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
    const { kind, output, cost } = event.payload
    return [{ key, round, kind, output, cost, origin: event.origin }]
  })
}

/** Whether two values are the same as JSON. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  return canonical(one ?? null) === canonical(other ?? null)
}

/** Behind all that is somebody's: nobody waits for it. */
const lastOfAll = -1000

function planOf(agent: string): Plan {
  const task: PlannedTask = {
    kind: 'agent',
    name: 'again',
    doer: agent,
    ...{ inputs: {}, needs: [], guards: [], delay: null, at: null, key: null, retry: null },
    priority: lastOfAll,
    // Nobody is asked for money: without it, the task fails.
    budget: { cost: null, time: null, whenSpent: 'stop' },
  }
  return {
    version: 1,
    name: `repeat-${agent}`,
    ...{ input: {}, lane: 'background', subject: null, budget: null, deadline: null },
    tasks: [task],
    output: { from: 'again', path: [] },
  }
}

const repeatOf = compiled((db, given: { run: RunId }) =>
  db.selectFrom('repeats').selectAll().where('run_id', '=', given.run),
)
