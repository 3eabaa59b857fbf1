import type { AnyAction } from '../adapters/port.ts'
import type { Agent } from '../agents/agent.ts'
import type { ToolCall } from '../models/ask.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { type Fault, fault, isFault } from '../values/fault.ts'
import { type Json, reach } from '../values/json.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { parse } from '../values/schema.ts'
import { type Instant, milliseconds } from '../values/time.ts'
import { act, singlePerformerOf } from './act.ts'
import { type Attempt, recordStep, type StepDone } from './attempt.ts'
import { isInTime, timeForTool } from './call-time.ts'
import type { Ask } from './effect.ts'
import type { Performed } from './ending.ts'
import { answerBefore } from './record.ts'
import { commitWithTruth } from './truth.ts'

type UsedTool =
  | {
      readonly kind: 'outcome'
      readonly outcome: ToolOutcome
      readonly origin: Origin
      /** Events that the tool took its answer from. */
      readonly sources: readonly number[]
    }
  | Exclude<Performed, { kind: 'done' }>

/**
 * Does what a model asked for, as one step, under the same laws as a planned action: allowed by the agent, typed, gated,
 * tainted by all that the model had read. What cannot be done is told to the model; what must wait holds the task.
 */
export async function useTool(
  attempt: Attempt,
  agent: Agent<unknown, unknown>,
  call: ToolCall,
  key: string,
  origin: Origin,
  sources: readonly number[],
): Promise<UsedTool> {
  const known = attempt.steps.get(key)
  const action = agent.allow.find((allowed) => allowed.name === call.name) as AnyAction | undefined
  if (known) return outcomeOf(action, known.output as unknown as ToolOutcome, known.origin)
  const used: Used = { key, tool: { name: call.name, id: call.id }, startedAt: attempt.kernel.clock.now() }
  const tell = (why: string): Promise<UsedTool> => record(attempt, action, used, { refused: why }, origin)
  if (!action) return tell(fault('agent.forbidden-tool', { agent: agent.name, tool: call.name }).message)
  if (call.problem) return tell(call.problem)
  const input = parse(action.input, call.input)
  if (!input.ok) return tell(`This input does not fit: ${input.why}.`)
  const instead = attempt.exam?.tool(attempt.task.name, action.name, input.value as Json)
  if (instead) return record(attempt, action, used, instead, 'external')
  const before = await answerBefore(attempt, action, call)
  if (before) return record(attempt, action, used, before.outcome, worstOrigin([origin, before.origin]))
  const performer = singlePerformerOf(attempt.kernel, action)
  if (isFault(performer)) return { kind: 'fault', fault: performer }
  const ask: Ask = {
    step: key,
    action,
    ...performer,
    subject: attempt.task.subject,
    input: input.value as Json,
    origin,
    sources,
  }
  const until = timeForTool(attempt, action)
  const performed = await actInTime(attempt, ask, until)
  if (performed.kind === 'done')
    return record(
      attempt,
      action,
      used,
      { output: performed.output },
      worstOrigin([origin, performed.origin]),
      performed.also,
    )
  if (performed.kind === 'fault' && isSettled(attempt, performed.fault, until))
    return record(attempt, action, used, { refused: told(performed.fault) }, origin, performed.also)
  return performed
}

/** Acts for as long as an answer is of use. When that time is up, what stands in for the models may still answer. */
async function actInTime(attempt: Attempt, ask: Ask, until: Instant | undefined): Promise<Performed> {
  if (until === undefined) return act(attempt, ask)
  const isUp = (): boolean => !isInTime(attempt.kernel, until)
  const late = (why: string): Performed => {
    const { name: task, id } = attempt.task
    return { kind: 'fault', fault: fault('adapter.late', { action: ask.action.name, task, id, why }) }
  }
  if (isUp()) return late('none was left to ask')
  const performed = await act(attempt, ask, until)
  return performed.kind === 'fault' && isUp() ? late(performed.fault.message.replace(/\.$/, '')) : performed
}

/** Whether another try is none either, or would come too late for whoever waits: the model makes do without. */
function isSettled({ kernel }: Attempt, { code, retry, about }: Fault, until: Instant | undefined): boolean {
  if (code === 'adapter.late') return false
  if (retry === 'never' || until === undefined) return retry === 'never'
  return !isInTime(kernel, until, milliseconds(Number(about.retryAfterMs ?? 0)))
}

/** Journals what a call is told without anything being done; told again as it was told before. */
export async function tellTool(
  attempt: Attempt,
  call: ToolCall,
  key: string,
  origin: Origin,
  outcome: ToolOutcome,
): Promise<UsedTool> {
  const known = attempt.steps.get(key)
  if (known) return outcomeOf(undefined, known.output as unknown as ToolOutcome, known.origin)
  const used: Used = { key, tool: { name: call.name, id: call.id }, startedAt: attempt.kernel.clock.now() }
  return record(attempt, undefined, used, outcome, origin)
}

type Used = Required<Pick<StepDone, 'key' | 'tool' | 'startedAt'>>

async function record(
  attempt: Attempt,
  action: AnyAction | undefined,
  used: Used,
  outcome: ToolOutcome,
  origin: Origin,
  also?: Extract<Performed, { kind: 'done' }>['also'],
): Promise<UsedTool> {
  const output = outcome as unknown as Json
  await commitWithTruth(attempt.kernel.store, also, async (tx) => {
    await recordStep(tx, attempt, { ...used, kind: 'tool', output, origin })
  })
  return outcomeOf(action, outcome, origin)
}

function outcomeOf(action: AnyAction | undefined, outcome: ToolOutcome, origin: Origin): UsedTool {
  const sources = 'output' in outcome ? (action?.from?.(outcome.output).sources ?? []) : []
  return { kind: 'outcome', outcome, origin, sources }
}

/** To a model, a fault is its message: what the operator could do is none of its business. */
function told(why: Fault): string {
  const reason = reach(why.about, ['reason'])
  return typeof reason === 'string' ? `The operator said no: ${reason}` : why.message
}
