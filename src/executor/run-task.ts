import type { AnyAction } from '../adapters/port.ts'
import type { PureFunction } from '../agents/agent.ts'
import type { PlannedTask } from '../planner/plan.ts'
import type { Receivable } from '../planner/receive.ts'
import type { AnyDoer } from '../values/doer.ts'
import { fault, isFault } from '../values/fault.ts'
import { isRepeat } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { type Instant, instant, isoInstant } from '../values/time.ts'
import { noteGiven } from './asking.ts'
import type { Attempt } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { seated } from './exam.ts'
import { mayBegin } from './obey.ts'
import { inputsAgain, originalOf } from './repeat.ts'
import { type RoleNode, route } from './route.ts'
import { runAction } from './run-action.ts'
import { runEach } from './run-each.ts'
import { runFunction } from './run-function.ts'
import { runGate } from './run-gate.ts'
import { runWait, type WaitNode } from './run-wait.ts'
import { runWhen } from './run-when.ts'
import { holdStale, staleInput } from './stale.ts'
import { undoEffect } from './undo-effect.ts'
import { type Inputs, readInputs, readWires } from './values.ts'

/** Does one attempt of a task, whatever its kind, and says how it ended. */
export async function runTask(attempt: Attempt): Promise<AttemptEnd> {
  const { kernel, run, task, place } = attempt
  if (task.kind === 'undo') return undoEffect(attempt)
  const notNow = await mayBegin(attempt)
  if (notNow) return notNow
  const notYet = await dueLater(attempt)
  if (notYet) return notYet
  const inputs = isRepeat(run.id) ? await inputsAgain(kernel, run.id) : await readInputs(kernel, run, task, place)
  const end = await dispatch(attempt, place.node, inputs)
  // The same key with other content means that the past was changed: nothing goes on without the operator.
  return end.kind === 'fault' && end.fault.code === 'effect.key-reused' ? holdStale(attempt, end.fault) : end
}

// What an agent needs to work is loaded when the first has work: some 50 modules, which a company at rest does without.
async function dispatch(attempt: Attempt, node: PlannedTask, inputs: Inputs): Promise<AttemptEnd> {
  switch (node.kind) {
    case 'agent':
    case 'action':
    case 'function':
    case 'wait':
      return byDoer(attempt, node, inputs)
    case 'gate':
      return runGate(attempt, node, inputs)
    case 'when':
      return runWhen(attempt, node.condition, inputs)
    case 'each':
      return runEach(attempt, node, inputs)
    case 'plan':
      return (await import('./run-sub-plan.ts')).runSubPlan(attempt, node, inputs)
    default:
      return node satisfies never
  }
}

async function byDoer(
  attempt: Attempt,
  node: Extract<PlannedTask, { doer: string }>,
  inputs: Inputs,
): Promise<AttemptEnd> {
  // An agent is run from what its run is pinned to, whoever is called so now.
  if (node.kind === 'agent') {
    const seat = seated(attempt)
    if (isFault(seat)) return { kind: 'fault', fault: seat }
    const who = node.role === undefined ? node.doer : await route(seat, node as RoleNode)
    if (typeof who !== 'string') return who
    noteGiven(attempt, who)
    const original = isRepeat(attempt.run.id) ? await originalOf(attempt.kernel, attempt.run.id) : undefined
    if (original?.place.node.kind === 'plan')
      return (await import('./run-sub-plan.ts')).writeAgain(attempt, original, inputs)
    return (await import('./run-agent.ts')).runAgent(seat, who, inputs)
  }
  const doer: AnyDoer | undefined = attempt.kernel.doers.get(node.doer)
  if (doer?.kind !== node.kind) return staleInput(attempt, node.doer, 'nobody here is called so any more')
  switch (doer.kind) {
    case 'action':
      return runAction(attempt, doer as AnyAction, inputs)
    case 'function':
      return runFunction(attempt, doer as PureFunction<unknown, unknown>, inputs)
    case 'wait':
      return runWait(attempt, doer as Receivable<unknown>, node as WaitNode, inputs)
    default:
      throw new TypeError(`${doer.name} is an agent`)
  }
}

/** An instant that is wired is known only now. */
async function dueLater(attempt: Attempt): Promise<AttemptEnd | undefined> {
  const { at } = attempt.place.node
  if (at === null || typeof at === 'number') return undefined
  const [read] = await readWires(attempt.kernel, attempt.run, attempt.task, attempt.place, [at])
  if (read?.value === undefined || read.value === null) return undefined
  const due = instantIn(read.value)
  if (due === undefined) return staleInput(attempt, 'at', `${JSON.stringify(read.value)} is no instant`)
  if (due <= attempt.kernel.clock.now()) return undefined
  return {
    kind: 'postponed',
    until: due,
    fault: fault('task.not-due', { task: attempt.task.name, at: isoInstant(due) }),
  }
}

/** Milliseconds, or the text of an instant with its offset (ISO 8601). */
function instantIn(value: Json): Instant | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? instant(value) : undefined
  if (typeof value !== 'string') return undefined
  try {
    return instant(Temporal.Instant.from(value).epochMilliseconds)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
