import type { Ending } from '../queue/queue.ts'
import { nextPause, usualRetry } from '../queue/retry.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { askedPause } from '../values/asked-pause.ts'
import { type Fault, fault } from '../values/fault.ts'
import { isoInstant, later, milliseconds } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { giveUpItem, waiveGivenUp } from './give-up.ts'
import { dueAt } from './new-task.ts'
import { observeEnding } from './observe.ts'
import { settleRun } from './settle-run.ts'
import { commitWithTruth, isStale } from './truth.ts'

/**
 * Ends an attempt in one transaction: what its outcome brings along, the task's new state, the tasks that it makes ready, and
 * the run's state. An attempt that was overtaken ends nothing; only what it learned of the outside world is kept.
 */
export async function finish(attempt: Attempt, end: AttemptEnd): Promise<void> {
  const { kernel } = attempt
  try {
    const truth = end.kind === 'done' || end.kind === 'fault' ? end.also : undefined
    await commitWithTruth(kernel.store, truth, async (tx) => {
      await kernel.queue.assertFence(tx, attempt.task.id, attempt.task.fence)
      await finishIn(tx, attempt, end.kind === 'decided' ? await end.decide(tx) : end)
    })
  } catch (error) {
    if (!isStale(error)) throw error
  }
}

type Plain = Exclude<AttemptEnd, { kind: 'decided' }>

async function finishIn(tx: Tx, attempt: Attempt, end: Plain): Promise<void> {
  const { kernel, task } = attempt
  if (end.kind === 'held' || end.kind === 'spread') await end.also?.(tx)
  if (end.kind === 'done') await end.follows?.(tx)
  const ending = await endingOf(tx, attempt, end)
  const worked = attempt.time.worked()
  const seq = await kernel.queue.finish(tx, task, ending, worked, (dependant) => dueOf(attempt, dependant))
  const made = end.kind === 'held' || end.kind === 'spread' ? end.made : undefined
  await observeEnding(tx, attempt, { ending, made, worked, seq })
  if (task.kind === 'agent' || task.kind === 'plan') await kernel.budget.settleDead(tx, task.id)
  if (ending.kind === 'failed') await giveUpItem(tx, attempt)
  await settleRun(tx, kernel, task.run_id)
}

async function endingOf(tx: Tx, attempt: Attempt, end: Plain): Promise<Ending> {
  const { kernel } = attempt
  switch (end.kind) {
    case 'done':
      return { kind: 'done', outcome: end.outcome, origin: end.origin }
    case 'held':
      return end.shared && (await kernel.gates.stateOf(tx, end.gate)) !== 'open'
        ? atOnce(attempt)
        : { kind: 'held', gate: end.gate }
    case 'postponed':
      return { kind: 'postponed', fault: end.fault, dueAt: end.until }
    case 'spread':
      await waiveGivenUp(tx, attempt)
      return spread(attempt, await openChildren(tx, attempt))
    case 'fault':
      return judged(attempt, end.fault)
    default:
      return end satisfies never
  }
}

/** Children that all ended while they were being added are joined in the next attempt, at once. */
function spread(attempt: Attempt, needs: number): Ending {
  return needs > 0 ? { kind: 'spread', needs } : atOnce(attempt)
}

/** What it would have waited for is there already. */
function atOnce({ kernel, task }: Attempt): Ending {
  const now = kernel.clock.now()
  return { kind: 'postponed', fault: fault('task.not-due', { task: task.name, at: isoInstant(now) }), dueAt: now }
}

function judged(attempt: Attempt, why: Fault): Ending {
  const { kernel, task, place } = attempt
  const policy = place.node.retry ?? usualRetry
  const pause = nextPause(policy, task.attempt, why, kernel.random())
  const asked = askedPause(why) ?? 0
  return pause === undefined
    ? { kind: 'failed', fault: lastTime(why, task) }
    : { kind: 'retried', fault: why, dueAt: later(kernel.clock.now(), milliseconds(Math.max(pause, asked))) }
}

/** What was tried for the last time is not tried again by itself, whatever its fault says of other times. */
function lastTime(why: Fault, { id, attempt }: Attempt['task']): Fault {
  if (why.retry === 'never') return why
  const times = attempt === 1 ? 'once' : `${attempt} times`
  return { ...why, next: `It was tried ${times}. Once it can work again: 'soloist retry ${id}'.` }
}

async function openChildren(tx: Tx, attempt: Attempt): Promise<number> {
  const { count } = await tx.db
    .selectFrom('needs')
    .innerJoin('tasks', 'tasks.id', 'needs.needs_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('needs.task_id', '=', attempt.task.id)
    .where('tasks.state', 'in', ['waiting', 'ready', 'claimed', 'held', 'failed'])
    .executeTakeFirstOrThrow()
  return count
}

async function dueOf(
  attempt: Attempt,
  dependant: Row<'tasks'>,
): ReturnType<NonNullable<Parameters<Attempt['kernel']['queue']['finish']>[4]>> {
  const { kernel } = attempt
  const now = kernel.clock.now()
  if (dependant.kind === 'undo') return now
  const { node } = await kernel.placeOf(dependant)
  // An `each` or a plan that waits for its own children has begun already: its delay is behind it.
  return dependant.id === attempt.task.parent_id ? now : dueAt(node, now, kernel.timeZone)
}
