import type { Ancestor } from '../planner/check-graph.ts'
import { type Graft, graft, notProduced } from '../planner/graft.ts'
import { drawing } from '../planner/picture.ts'
import type { Plan, PlannedTask } from '../planner/plan.ts'
import { subPlanAsk } from '../planner/sub-plan-ask.ts'
import type { Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import { type Fault, fault } from '../values/fault.ts'
import { derivedId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { formatUsd, microUsd } from '../values/money.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { addChildren } from './add-children.ts'
import { type Attempt, recordStep } from './attempt.ts'
import { putQuestion, type Question } from './card.ts'
import { converse, type Produced } from './converse.ts'
import { readComment } from './decision.ts'
import type { AttemptEnd, Made, Performed } from './ending.ts'
import type { Kernel } from './kernel.ts'
import { underOwn } from './own-limits.ts'
import { type Pinned, pinnedAgent } from './pinned-agent.ts'
import type { Place } from './place.ts'
import type { Original } from './repeat.ts'
import { readResults } from './results.ts'
import { standingGate } from './standing-gate.ts'
import { storePlan } from './start-run.ts'
import { tasksAbove } from './tasks-above.ts'
import type { Inputs } from './values.ts'

type PlanNode = Extract<PlannedTask, { kind: 'plan' }>

// A planner that is told three times what is wrong and does not mend it will not mend it.
const maxTries = 3

/** Has a planner agent write a plan, checks it, asks the operator when it is risky or dear, grafts it, and joins its output. */
export async function runSubPlan(attempt: Attempt, node: PlanNode, inputs: Inputs): Promise<AttemptEnd> {
  const grafted = attempt.steps.get('graft')
  if (grafted) return join(attempt, grafted.output as unknown as Plan, inputs)
  const written = await write(attempt, { node, place: attempt.place, task: attempt.task }, inputs)
  if (written.kind !== 'graft') return written
  const { graft: ready, origin, made } = written
  const asked = await permit(attempt, node, ready, origin)
  if (asked) return asked.kind === 'held' ? { ...asked, made } : asked
  return { kind: 'spread', also: (tx) => plant(tx, attempt, ready, origin), made }
}

/** What another version writes for a task that a planner has done: the plan, checked where it would have stood, and not grafted. */
export async function writeAgain(
  attempt: Attempt,
  { place, task }: Pick<Original, 'place' | 'task'>,
  inputs: Inputs,
): Promise<AttemptEnd> {
  const { node } = place
  if (node.kind !== 'plan') throw new TypeError(`${task.id} is no planner's task`)
  const written = await write(attempt, { node, place, task }, inputs)
  if (written.kind !== 'graft') return written
  const { graft: ready, origin, made } = written
  return { kind: 'done', outcome: { ...made, output: ready.plan as unknown as Json }, origin }
}

type Written =
  | { readonly kind: 'graft'; readonly graft: Graft; readonly origin: Origin; readonly made: Made }
  | Exclude<Performed, { kind: 'done' }>

/** Where a plan is to stand: of a run that only repeats, where the original does. */
interface Stand {
  readonly node: PlanNode
  readonly place: Place
  readonly task: Pick<Row<'tasks'>, 'name' | 'parent_id'>
}

async function write(given: Attempt, { node, place, task }: Stand, inputs: Inputs): Promise<Written> {
  const { kernel } = given
  const pinned = await pinnedAgent(given, node.planner)
  if ('kind' in pinned) return pinned
  const attempt = underOwn(given, pinned)
  if (pinned.body.code !== null)
    return {
      kind: 'fault',
      fault: fault('agent.bad-code', { agent: node.planner, why: 'a planner thinks with a model' }),
    }
  const ask = subPlanAsk(node.allow, node.produces, kernel.facts)
  const ancestors = await plansAround(kernel, task)
  let faults: readonly Fault[] = []
  let repairs = 0
  for (let number = 1; number <= maxTries; number += 1) {
    const complaint =
      faults.length === 0 ? '' : `\n\nYour last plan was refused: ${faults.map((one) => one.message).join(' ')}`
    const value = { ...inputs.value, doers: ask.text + complaint }
    const produced = await converse(attempt, pinned, { ...inputs, value }, `plan/${number}/`)
    if (produced.kind !== 'produced') return produced
    const origin = worstOrigin([inputs.origin, produced.origin])
    const ready = graft(
      produced.output as unknown as Plan,
      { plan: place.plan, task: node.name, prefix: task.name, ancestors, made: origin },
      kernel.facts,
    )
    repairs += produced.repairs
    if (ready.ok) return { kind: 'graft', graft: ready.graft, origin, made: madeOf(pinned, produced, repairs) }
    faults = ready.faults
    repairs += 1
  }
  return { kind: 'fault', fault: notProduced(node.planner, faults) }
}

/** `repairs`: how often it was asked again, for its answer or for its plan. */
function madeOf({ agent, body, hash }: Pinned, { cost, model, rung }: Produced, repairs: number): Made {
  const madeBy = { doer: agent.name, version: body.version, hash, model, ...(rung ? { rung } : {}) }
  return { cost, ...(repairs === 0 ? {} : { repairs }), madeBy }
}

/** The plans that this one was grafted into, outermost first: how deep it stands, and what it may not wait for. */
async function plansAround(kernel: Kernel, task: Stand['task']): Promise<Ancestor[]> {
  const grafts = (await tasksAbove(kernel.store, task)).filter((above) => above.kind === 'plan').reverse()
  return Promise.all(
    grafts.map(async (above) => {
      const { plan, node } = await kernel.placeOf(above)
      return { plan, task: node.name }
    }),
  )
}

/** A plan that does more than read and write inside the company, or may cost much, is shown to the operator first. */
async function permit(attempt: Attempt, node: PlanNode, ready: Graft, origin: Origin): Promise<AttemptEnd | undefined> {
  const { kernel, task } = attempt
  const dear = ready.estimate.cost > kernel.dearPlan
  if (ready.risky.length === 0 && !dear) return undefined
  const first = derivedId('gat', task.id, 'graft', ready.hash)
  const answer = await kernel.store.write(async (tx) => {
    const { gate, state } = await standingGate(tx, attempt, first)
    const comment = state === 'rejected' || state === 'returned' ? await readComment(tx, kernel, gate) : ''
    return { gate, state, comment }
  })
  if (answer.state === 'approved') return undefined
  if (answer.state === 'expired') return { kind: 'fault', fault: fault('gate.expired', { task: task.name }) }
  if (answer.state === 'rejected' || answer.state === 'returned') {
    return { kind: 'fault', fault: fault('gate.rejected', { task: task.name, reason: answer.comment }) }
  }
  const why =
    ready.risky.length > 0
      ? `it does more than read (${ready.risky.join(', ')})`
      : `it may cost ${formatUsd(ready.estimate.cost)}`
  const question: Question = {
    ask: `${node.planner} made a plan, and ${why}. Shall it run?`,
    reason: 'graft',
    origin,
    content: { plan: ready.plan as unknown as Json, picture: drawing(ready.plan) },
  }
  const { gate } = answer
  return { kind: 'held', gate, also: (tx) => putQuestion(tx, attempt, gate, question) }
}

/** Stores the plan, adds its tasks under the task's name, and marks it grafted: once, whatever happens. */
async function plant(tx: Tx, attempt: Attempt, ready: Graft, origin: Origin): Promise<void> {
  const { plan, hash } = ready
  await storePlan(tx, hash, plan)
  const prefix = `${attempt.task.name}/`
  await addChildren(
    tx,
    attempt,
    plan.tasks.map((body) => ({ body, prefix, node: body.name, plan: hash })),
  )
  await recordStep(tx, attempt, { key: 'graft', kind: 'graft', output: plan as unknown as Json, origin })
}

async function join(attempt: Attempt, plan: Plan, inputs: Inputs): Promise<AttemptEnd> {
  const { task } = attempt
  const [result] = await readResults(attempt, plan.output, [`${task.name}/`])
  const origin = worstOrigin([inputs.origin, result?.origin ?? 'system'])
  const sources = [...inputs.sources, ...(result?.sources ?? [])]
  return { kind: 'done', outcome: { output: result?.value ?? null, cost: microUsd(0), sources }, origin }
}
