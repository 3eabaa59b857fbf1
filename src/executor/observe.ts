import type { Measure } from '../agents/judge.ts'
import { keepObservation } from '../agents/observations.ts'
import { isOwnFault } from '../agents/own-fault.ts'
import type { Trial } from '../agents/trial.ts'
import type { Verdict } from '../gate/gate.ts'
import { changedShare } from '../memory/distil/decision-features.ts'
import type { Ending } from '../queue/queue.ts'
import { compiled } from '../store/compiled.ts'
import { evalWorkflow } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Card } from '../telemetry/card.ts'
import type { Fault } from '../values/fault.ts'
import { isRepeat, type RunId, type TaskId } from '../values/id.ts'
import type { Duration } from '../values/time.ts'
import { agentOfTask } from './agent-of.ts'
import type { Attempt } from './attempt.ts'
import type { Made } from './ending.ts'
import { agentAtWork } from './hold-back.ts'
import type { Kernel } from './kernel.ts'
import { producerOf } from './producer.ts'

type Numbers = Partial<Readonly<Record<Measure, number>>>

/** An attempt that has ended, with the event that says so. */
export interface EndedAttempt {
  readonly ending: Ending
  readonly made: Made | undefined
  readonly worked: Duration
  readonly seq: number
}

/** Keeps how a task of an agent at trial ended, in the transaction that ends it. Others pay a look into a map. */
export async function observeEnding(
  tx: Tx,
  attempt: Attempt,
  { ending, made, worked, seq }: EndedAttempt,
): Promise<void> {
  const { kernel, task, run, place } = attempt
  const agent = agentAtWork(attempt)
  const trial = agent === undefined ? undefined : kernel.trials.open(agent)
  if (!trial || run.workflow === evalWorkflow) return
  // A planner has done its work once its plan holds; that all of the plan is done says nothing more of it.
  if (place.node.kind === 'plan' && ending.kind === 'done') return
  const ended: Ended = made ? { kind: 'done', outcome: made } : ending
  const numbers = numbersOf(ended, (task.worked_ms + worked) as Duration)
  if (numbers) await observe(tx, kernel, trial, run, task.id, numbers, seq)
  // A shadow that cannot be paid says nothing of the version, and all of its purse: that is looked at.
  else if (ending.kind === 'failed' && isRepeat(run.id)) kernel.trials.observed(tx, trial.id)
}

/** Keeps what the operator said of the work of an agent at trial: days after it was made, to the version that made it. */
export async function observeDecision(
  tx: Tx,
  kernel: Kernel,
  gateTask: Row<'tasks'>,
  gate: Row<'gates'>,
  verdict: Verdict,
): Promise<void> {
  if ((gate.reason !== 'review' && gate.reason !== 'graft') || kernel.trials.all().length === 0) return
  // A plan is asked about by the task that made it.
  const producer = gate.reason === 'graft' ? gateTask.id : await producerOf(tx, kernel, gateTask)
  if (producer === undefined) return
  const made = await tx.db.selectFrom('tasks').selectAll().where('id', '=', producer).executeTakeFirstOrThrow()
  const agent = await agentOfTask(kernel, made)
  const trial = agent === undefined ? undefined : kernel.trials.open(agent)
  if (!trial) return
  const run = await tx.db.selectFrom('runs').selectAll().where('id', '=', made.run_id).executeTakeFirstOrThrow()
  const decided = await tx.db.selectFrom('decisions').select('seq').where('gate_id', '=', gate.id).executeTakeFirst()
  if (decided) await observe(tx, kernel, trial, run, producer, await numbersSaid(kernel, gate, verdict), decided.seq)
}

/** How a task of an agent ended, as far as that says something of its maker. */
type Ended =
  | { readonly kind: 'done'; readonly outcome: Made }
  | { readonly kind: 'failed'; readonly fault: Pick<Fault, 'code'> }
  | { readonly kind: Exclude<Ending['kind'], 'done' | 'failed'> }

/**
 * What can be said of its maker: a task that was cancelled, or whose money or approval was missing, says nothing; nor does one that rules or
 * a kept answer did in an outage, which cost nothing and took no time. `worked`: in all its attempts.
 */
export function numbersOf(ending: Ended, worked: Duration): Numbers | undefined {
  if (ending.kind === 'failed') return isMakersFault(ending.fault.code) ? { failure: 1 } : undefined
  if (ending.kind !== 'done') return undefined
  const { cost, repairs = 0, madeBy } = ending.outcome
  if (madeBy?.rung === 'fallback' || madeBy?.rung === 'cached') return undefined
  return { failure: 0, repair: Number(repairs > 0), cost, latency: worked }
}

/** Whether a fault counts against the version whose task ended with it: what models do, both sides of a comparison meet alike. */
function isMakersFault(code: string): boolean {
  return isOwnFault(code) || code.startsWith('model.') || code === 'task.over-time'
}

async function numbersSaid(kernel: Kernel, gate: Row<'gates'>, verdict: Verdict): Promise<Numbers> {
  switch (verdict.verdict) {
    case 'approved':
      return { rejection: 0, edit: 0 }
    case 'edited': {
      const card = await cardOf(kernel, gate)
      return { rejection: 0, ...(card ? { edit: changedShare(card.content, verdict.content) } : {}) }
    }
    // How much of it would have been changed is not known; that it was not good enough is.
    case 'rejected':
    case 'returned':
      return { rejection: 1 }
    default:
      return verdict satisfies never
  }
}

async function cardOf(kernel: Kernel, gate: Row<'gates'>): Promise<Card | undefined> {
  const [event] = await kernel.journal.at([gate.opened_seq])
  return event?.kind === 'gate.opened' ? event.payload?.card : undefined
}

async function observe(
  tx: Tx,
  kernel: Kernel,
  trial: Trial,
  run: Row<'runs'>,
  task: TaskId,
  numbers: Numbers,
  seq: number,
): Promise<void> {
  const arm = await armOf(tx, trial, run)
  if (!arm) return
  const about = { trial_id: trial.id, run_id: run.id, task_id: task, arm, seq }
  let isNew = false
  for (const [measure, value] of Object.entries(numbers) as [Measure, number][])
    isNew = (await keepObservation(tx, { ...about, measure, value })) || isNew
  if (isNew) kernel.trials.observed(tx, trial.id)
}

/** Which side a run is of. Runs that began before the trial are not compared: they met other days. */
async function armOf(tx: Tx, trial: Trial, run: Row<'runs'>): Promise<'trial' | 'base' | undefined> {
  if (isRepeat(run.id)) {
    const repeat = await causeOf.first(tx.db, { run: run.id })
    return repeat?.cause === trial.id ? 'trial' : undefined
  }
  if (run.started_at < trial.since) return undefined
  const pin = await pinOf.first(tx.db, { run: run.id, agent: trial.agent })
  if (pin?.hash === trial.baseline) return 'base'
  return pin?.hash === trial.hash && trial.kind === 'canary' ? 'trial' : undefined
}

const pinOf = compiled((db, given: { run: RunId; agent: string }) =>
  db
    .selectFrom('pins')
    .select('hash')
    .where('run_id', '=', given.run)
    .where('kind', '=', 'agent')
    .where('name', '=', given.agent),
)
const causeOf = compiled((db, given: { run: RunId }) =>
  db.selectFrom('repeats').select('cause').where('run_id', '=', given.run),
)
