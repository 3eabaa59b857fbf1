import type { AnyAction } from '../adapters/port.ts'
import type { ToolCall, Turn } from '../models/ask.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { type Fault, fault } from '../values/fault.ts'
import { isRepeat } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import { askedAs, askedFor, withoutPlace } from './asked-as.ts'
import type { Attempt, Step } from './attempt.ts'
import { recordStep } from './attempt.ts'
import type { Pinned } from './pinned-agent.ts'
import { originalOf, same, stepsOf } from './repeat.ts'

type Recorded = Awaited<ReturnType<typeof stepsOf>>[number]

/** What a tool is told to have given, in a run that repeats another. */
export interface ToldBefore {
  readonly outcome: ToolOutcome
  readonly origin: Origin
}

/**
 * The answer of the record to a tool call of a run that repeats another: what the original was answered to the same call, or a refusal.
 * `undefined`: do it, because this is no such run, or it may read anew and this only reads.
 */
export async function answerBefore(
  attempt: Attempt,
  action: AnyAction,
  call: ToolCall,
): Promise<ToldBefore | undefined> {
  if (!isRepeat(attempt.run.id)) return undefined
  const { kernel, run } = attempt
  const { task, repeat } = await originalOf(kernel, run.id)
  const steps = await stepsOf(kernel, task.id)
  const recorded =
    callsIn(steps).find(({ call: { name, input } }) => name === call.name && same(input, call.input)) ??
    askedByCode(steps, askedAs(await askedFor(attempt), { what: 'act', action: call.name, input: call.input }))
  if (recorded) return recorded
  if (repeat.live === 1 && onlyReads(action)) return undefined
  return { outcome: { refused: fault('trial.no-effect', { action: action.name }).message }, origin: 'system' }
}

/** The second wall: whatever way led here, a run that repeats another does nothing but read, and that only where it may. */
export async function refuseAgain({ kernel, run }: Attempt, action: AnyAction): Promise<Fault | undefined> {
  if (!isRepeat(run.id)) return undefined
  const { repeat } = await originalOf(kernel, run.id)
  return repeat.live === 1 && onlyReads(action) ? undefined : fault('trial.no-effect', { action: action.name })
}

/** What the original recalled, where this version asks for the same: memory has grown since, and would tell what became of it. */
export async function recallBefore(attempt: Attempt, key: string, { hash, body }: Pinned): Promise<Step | undefined> {
  if (!isRepeat(attempt.run.id)) return undefined
  const { kernel, run } = attempt
  const { task, run: first } = await originalOf(kernel, run.id)
  const formerly = await kernel.shelf.pinned(first.id, 'agent', body.name)
  const former = formerly === undefined ? undefined : await kernel.shelf.agent(formerly)
  // Code that searches by words of its own is given another `recall` for it: what counts is what the version says.
  const now = await kernel.shelf.agent(hash)
  if (!same(JSON.parse(JSON.stringify(former?.recall ?? null)), JSON.parse(JSON.stringify(now?.recall ?? null))))
    return undefined
  const steps = await stepsOf(kernel, task.id)
  const known = steps.find((step) => step.kind === 'recall' && withoutPlace(step.key) === withoutPlace(key))
  if (!known) return undefined
  const { output, origin } = known
  return kernel.store.write((tx) => recordStep(tx, attempt, { key, kind: 'recall', output, origin }))
}

function onlyReads({ risk, effect }: AnyAction): boolean {
  return risk === 'read' && effect === 'none'
}

/** The tool calls of a task with what they were answered: each answer stands under the key of its turn. */
function callsIn(steps: readonly Recorded[]) {
  const answers = new Map(steps.map((step) => [`${step.round} ${step.key}`, step]))
  return steps
    .filter((step) => step.kind === 'model')
    .flatMap(({ key, round, output }) => {
      const { turn } = output as unknown as { readonly turn: Turn }
      return turn.toolCalls.flatMap((call, index) => {
        const answer = answers.get(`${round} ${key.replace('turn/', 'tool/')}/${index}`)
        return answer ? [{ call, ...toldIn(answer) }] : []
      })
    })
}

/** What code was answered that asked for an action: no turn says what it asked for, but the key of its step does. */
function askedByCode(steps: readonly Recorded[], asked: string): ToldBefore | undefined {
  const step = steps.find(({ kind, key }) => kind === 'tool' && withoutPlace(key) === `code/${asked}`)
  return step && toldIn(step)
}

function toldIn({ output, origin }: Recorded): ToldBefore {
  return { outcome: output as unknown as ToolOutcome, origin }
}
