import type { Plan } from '../planner/plan.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Fired } from '../telemetry/event.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import { canonical, contentHash, type Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import { later } from '../values/time.ts'
import { admitRun } from './admit.ts'
import { type Chosen, recordDrawn } from './choose-version.ts'
import type { Kernel } from './kernel.ts'
import { limitTasks } from './limit-tasks.ts'
import { planned } from './new-task.ts'
import { taskId } from './place.ts'
import { resolveSubject } from './subject.ts'

export interface NewRun {
  readonly id: RunId
  readonly workflow: string
  readonly plan: Plan
  /** Parsed by the workflow's schema. */
  readonly input: Json
  readonly origin: Origin
  /** Whom it is about, where the plan does not say. */
  readonly subject?: IdentityId
  /** The occurrence of a schedule that starts it. */
  readonly schedule?: Fired
  /** The agents and functions that the plan names, in the versions that the run is pinned to. */
  readonly artifacts: readonly Chosen[]
}

/**
 * Stores a run whole: plan, input, pins, tasks; those without needs are ready at once. One transaction.
 * Faults: `queue.full`, `identity.unknown`, and for a person who waits `control.*`.
 */
export async function startRun(kernel: Kernel, start: NewRun): Promise<void> {
  await kernel.store.write((tx) => storeRun(tx, kernel, start))
}

/** The same within the caller's transaction. */
export async function storeRun(tx: Tx, kernel: Kernel, start: NewRun): Promise<void> {
  const subject = start.subject ?? (await resolveSubject(tx, kernel, start))
  const run = await insertRun(tx, kernel, start, subject)
  await admitRun(tx, kernel, run)
  for (const artifact of start.artifacts) {
    await kernel.shelf.publish(tx, artifact)
    await kernel.shelf.pin(tx, run.id, artifact.kind, artifact.name, artifact.hash)
    if (artifact.release) await recordDrawn(tx, kernel, run, artifact, artifact.release)
  }
  const now = kernel.clock.now()
  await kernel.queue.add(
    tx,
    start.plan.tasks.map((node) => planned(run, node, '', now, kernel.timeZone)),
  )
  await limitRun(tx, kernel, start)
}

async function insertRun(tx: Tx, kernel: Kernel, start: NewRun, subject: Row<'runs'>['subject']): Promise<Row<'runs'>> {
  const { id, workflow, plan, input, origin, schedule } = start
  const hash = hashOf(plan)
  const now = kernel.clock.now()
  const deadline = plan.deadline === null ? null : later(now, plan.deadline)
  await storePlan(tx, hash, plan)
  const seq = await kernel.journal.append(tx, {
    kind: 'run.started',
    subject,
    run: id,
    origin,
    payload: { workflow, plan: hash, input, deadline, ...(schedule ? { schedule } : {}) },
  })
  const row: Row<'runs'> = {
    id,
    workflow,
    plan_hash: hash,
    subject,
    lane: plan.lane,
    origin,
    state: 'running',
    input_seq: seq,
    output_seq: null,
    started_at: now,
    deadline_at: deadline,
    ended_at: null,
  }
  await insertRow.run(tx.db, row)
  return row
}

// A workflow's plan is one frozen value for as long as the process lives.
const hashes = new WeakMap<Plan, string>()

function hashOf(plan: Plan): string {
  const hash = hashes.get(plan) ?? contentHash(plan)
  if (Object.isFrozen(plan)) hashes.set(plan, hash)
  return hash
}

/** Keeps a plan under its content's hash; keeping it again changes nothing. */
export async function storePlan(tx: Tx, hash: string, plan: Plan): Promise<void> {
  if (await planBy.first(tx.db, { hash })) return
  await tx.db
    .insertInto('plans')
    .values({ hash, body: canonical(plan) })
    .execute()
}

async function limitRun(tx: Tx, kernel: Kernel, { plan, id }: NewRun): Promise<void> {
  const cost = plan.budget?.cost ?? null
  if (cost !== null) await kernel.budget.setLimit(tx, { scope: `run:${id}`, period: 'life' }, cost)
  const limited = plan.tasks.filter(({ budget }) => budget !== null)
  await limitTasks(
    tx,
    kernel,
    limited.map(({ name, budget }) => ({ id: taskId(id, name), budget })),
  )
}

const planBy = compiled((db, given: { hash: string }) =>
  db.selectFrom('plans').select('hash').where('hash', '=', given.hash),
)
const insertRow = compiled((db, given: Row<'runs'>) =>
  db.insertInto('runs').values({
    id: given.id,
    workflow: given.workflow,
    plan_hash: given.plan_hash,
    subject: given.subject,
    lane: given.lane,
    origin: given.origin,
    state: given.state,
    input_seq: given.input_seq,
    output_seq: given.output_seq,
    started_at: given.started_at,
    deadline_at: given.deadline_at,
    ended_at: given.ended_at,
  }),
)
