import type { Claimed } from '../queue/queue.ts'
import { compiled } from '../store/compiled.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Events, ModelUse, ToolUse } from '../telemetry/event.ts'
import type { Budgeted } from '../values/doer.ts'
import { type Fault, fault, refuse } from '../values/fault.ts'
import type { TaskId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { microUsd, type Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { Exam } from './exam.ts'
import { haltOf } from './halt.ts'
import type { Kernel } from './kernel.ts'
import type { Place } from './place.ts'
import type { WorkTime } from './work-time.ts'

/** One try of a task under its lease: what it is about, how much it may still do, and what earlier tries already did. */
export interface Attempt {
  readonly kernel: Kernel
  readonly task: Claimed
  readonly run: Row<'runs'>
  readonly place: Place
  readonly signal: AbortSignal
  /** True once its process is about to end: calls in flight may end, and no new one begins. */
  readonly leaving: () => boolean
  readonly time: WorkTime
  /** What the agent at work may spend and take of its own, whatever the plan gives; set once it is known who that is. */
  readonly own?: Budgeted
  /** Steps of this round that are in the journal, by key. */
  readonly steps: ReadonlyMap<string, Step>
  /** Set where it is an eval: what stands in for the world. */
  readonly exam?: Exam
}

/** A journalled call within an attempt: what it gave, where that came from, and what it cost. */
export interface Step {
  readonly output: Json
  readonly origin: Origin
  readonly cost: Usd
  readonly seq: number
}

/** What a step did, on its way into the journal. */
export interface StepDone {
  readonly key: string
  readonly kind: string
  readonly output: Json
  readonly origin: Origin
  readonly cost?: Usd
  readonly model?: ModelUse
  readonly startedAt?: Instant
  readonly tool?: ToolUse
}

/** The steps of this round that earlier attempts finished. A first attempt has none, and asks nobody. */
export async function readSteps(kernel: Kernel, task: Claimed): Promise<Map<string, Step>> {
  const steps = new Map<string, Step>()
  if (task.fence === 1) return steps
  const rows = await kernel.store.read
    .selectFrom('steps')
    .select(['key', 'seq'])
    .where('task_id', '=', task.id)
    .where('round', '=', task.round)
    .execute()
  const events = new Map((await kernel.journal.at(rows.map((row) => row.seq))).map((event) => [event.seq, event]))
  for (const { key, seq } of rows) {
    const event = events.get(seq)
    if (event?.kind !== 'step.done') throw new TypeError(`step ${key} of ${task.name} has no event`)
    if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
    steps.set(key, { output: event.payload.output, origin: event.origin, cost: event.payload.cost, seq })
  }
  return steps
}

/** Journals a finished step within the caller's transaction, under this attempt's fence. */
export async function recordStep(tx: Tx, attempt: Attempt, step: StepDone): Promise<Step> {
  const { kernel, task } = attempt
  await kernel.queue.assertFence(tx, task.id, task.fence)
  const cost = step.cost ?? microUsd(0)
  const { key, kind, output, origin, model, startedAt, tool } = step
  const known = { ...(model ? { model } : {}), ...(startedAt ? { startedAt } : {}), ...(tool ? { tool } : {}) }
  const seq = await kernel.journal.append(tx, {
    kind: 'step.done',
    subject: task.subject,
    run: task.run_id,
    task: task.id,
    origin,
    payload: { key, round: task.round, fence: task.fence, kind, output, cost, ...known },
  })
  await insertStep.run(tx.db, { task: task.id, round: task.round, key, kind, seq })
  return { output, origin, cost, seq }
}

/** Journals a call that failed within the caller's transaction, under this attempt's fence: the next attempt makes it again. */
export async function recordFailedStep(
  tx: Tx,
  { kernel, task }: Attempt,
  failed: Pick<Events['step.failed'], 'key' | 'kind' | 'fault' | 'startedAt' | 'model'>,
): Promise<void> {
  await kernel.queue.assertFence(tx, task.id, task.fence)
  await kernel.journal.append(tx, {
    kind: 'step.failed',
    subject: task.subject,
    run: task.run_id,
    task: task.id,
    origin: 'external',
    payload: { round: task.round, fence: task.fence, ...failed },
  })
}

/** A step by its key: what the journal has, or what `perform` gives now, journalled. */
export async function step(
  attempt: Attempt,
  key: string,
  kind: string,
  perform: () => Promise<Pick<StepDone, 'output' | 'origin'>>,
): Promise<Step> {
  const known = attempt.steps.get(key)
  if (known) return known
  const done = await perform()
  return attempt.kernel.store.write((tx) => recordStep(tx, attempt, { key, kind, ...done }))
}

/** The fault that holds outward work and model calls back while the company is paused, a control stops them, or their process is about to end. */
export function pauseFault({
  kernel,
  leaving,
  signal,
}: Pick<Attempt, 'kernel' | 'leaving' | 'signal'>): Fault | undefined {
  const mode = kernel.mode()
  if (mode.mode === 'paused') return fault('company.paused', { why: mode.why })
  const halt = haltOf(signal)
  if (halt) return halt.fault
  return leaving() ? fault('company.paused', { why: 'Soloist is stopping' }) : undefined
}

const insertStep = compiled((db, given: { task: TaskId; round: number; key: string; kind: string; seq: number }) =>
  db
    .insertInto('steps')
    .values({ task_id: given.task, round: given.round, key: given.key, kind: given.kind, seq: given.seq }),
)
