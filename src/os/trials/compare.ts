import type { Kernel } from '../../executor/kernel.ts'
import { type Original, stepsOf, taskWithRun } from '../../executor/repeat.ts'
import { changedShare } from '../../memory/distil/decision-features.ts'
import type { Row } from '../../store/tables.ts'
import { Refusal } from '../../values/fault.ts'
import type { RunId, TaskId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { microUsd, type Usd } from '../../values/money.ts'
import { type Difference, diffBodies } from '../queries/body-diff.ts'

/** A task as it was, and as the other version did it. */
export interface Compared {
  /** The run and task that were repeated, and the run that did it again. */
  readonly run: RunId
  readonly task: TaskId
  readonly taskName: string
  readonly again: RunId
  readonly state: 'waiting' | 'same' | 'changed' | 'failed' | 'mended' | 'forgotten'
  readonly before: Side | null
  readonly after: Side | null
  /** The share of words that are other ones; `null` where one of the two gave nothing. */
  readonly edited: number | null
  readonly differences: readonly Difference[]
  /** Tool calls that the record had no answer to. */
  readonly refused: number
}

/** What one version made of it. `fault`: a code. */
export interface Side {
  readonly version: number | null
  readonly cost: Usd
  readonly latency: number
  readonly confidence: number | null
  readonly fault: string | null
}

/** Compares what a task gave with what its repetition gave, part by part. What was forgotten since is told as that. */
export async function compare(kernel: Kernel, { run_id, task_id }: Row<'repeats'>): Promise<Compared> {
  const original = await taskWithRun(kernel, task_id)
  const again = await kernel.store.read
    .selectFrom('tasks')
    .selectAll()
    .where('run_id', '=', run_id)
    .executeTakeFirstOrThrow()
  const names = { run: original.run.id, task: task_id, taskName: original.task.name, again: run_id }
  const [before, after] = [await endedBefore(kernel, original), await ended(kernel, again)]
  const none = { edited: null, differences: [], refused: 0 }
  if (before === 'forgotten' || after === 'forgotten')
    return { ...names, state: 'forgotten', before: null, after: null, ...none }
  const sides = { before: before ? before.side : null, after: after ? after.side : null }
  if (!after || !before) return { ...names, state: 'waiting', ...sides, ...none }
  const refused = await refusedCalls(kernel, again)
  if (after.output === undefined) return { ...names, state: 'failed', ...sides, ...none, refused }
  if (before.output === undefined) return { ...names, state: 'mended', ...sides, ...none, refused }
  const differences = diffBodies(asParts(before.output), asParts(after.output))
  const edited = changedShare(before.output, after.output)
  return { ...names, state: differences.length === 0 ? 'same' : 'changed', ...sides, edited, differences, refused }
}

interface Ended {
  readonly side: Side
  /** `undefined`: it failed. */
  readonly output: Json | undefined
}

/** What a planner gave is the plan that was grafted, whatever came of it since; while that waits at its gate, nobody can tell. */
async function endedBefore(kernel: Kernel, { run, task, place }: Original): Promise<Ended | 'forgotten' | undefined> {
  if (place.node.kind !== 'plan') return ended(kernel, task)
  try {
    const steps = await stepsOf(kernel, task.id)
    const grafted = steps.find(({ kind }) => kind === 'graft')
    if (!grafted) return ended(kernel, task)
    const hash = await kernel.shelf.pinned(run.id, 'agent', place.node.planner)
    const version = (hash === undefined ? undefined : await kernel.shelf.agent(hash))?.version ?? null
    const cost = microUsd(steps.reduce((sum, step) => sum + step.cost, 0))
    return {
      side: { version, cost, latency: task.worked_ms, confidence: null, fault: null },
      output: grafted.output,
    }
  } catch (error) {
    if (error instanceof Refusal && error.fault.code === 'vault.forgotten') return 'forgotten'
    throw error
  }
}

async function ended({ journal, budget }: Kernel, task: Row<'tasks'>): Promise<Ended | 'forgotten' | undefined> {
  if (task.outcome_seq === null || (task.state !== 'done' && task.state !== 'failed')) return undefined
  const [event] = await journal.at([task.outcome_seq])
  if (event?.kind !== 'task.done' && event?.kind !== 'task.failed') return undefined
  if (event.payload === null) return 'forgotten'
  const latency = task.worked_ms
  if (event.kind === 'task.failed') {
    const { spent } = await budget.spentOn({ scope: `task:${task.id}`, period: 'life' })
    const { code } = event.payload.fault
    return { side: { version: null, cost: spent, latency, confidence: null, fault: code }, output: undefined }
  }
  const { cost, confidence, madeBy, output } = event.payload
  const version = madeBy?.version ?? null
  return { side: { version, cost, latency, confidence: confidence ?? null, fault: null }, output }
}

async function refusedCalls(kernel: Kernel, { id }: Original['task']): Promise<number> {
  const steps = await stepsOf(kernel, id)
  return steps.filter(
    ({ kind, output }) => kind === 'tool' && typeof output === 'object' && output && 'refused' in output,
  ).length
}

/** Anything but an object is one part. */
function asParts(value: Json): Record<string, Json> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, Json>) : { output: value }
}
