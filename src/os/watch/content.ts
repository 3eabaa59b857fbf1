import type { ModelMessage } from 'ai'
import type { Agent } from '../../agents/agent.ts'
import { askAgain, firstTurn } from '../../agents/prompt.ts'
import type { Remembered } from '../../agents/remembered.ts'
import { offeredTo } from '../../agents/skill-tools.ts'
import { readAnswer } from '../../executor/read-answer.ts'
import { readReturn } from '../../executor/returned.ts'
import { skillsAtHand } from '../../executor/skills-at-hand.ts'
import { readInputs } from '../../executor/values.ts'
import type { Turn } from '../../models/ask.ts'
import { answerTools, type ToolOutcome } from '../../models/tool-answers.ts'
import { type Json, reach } from '../../values/json.ts'
import { finishReason } from './gen-ai.ts'
import type { AgentFacts } from './look.ts'
import type { Attributes } from './span.ts'
import type { Ground, OfTask } from './spans.ts'

type Step = OfTask<'step.done' | 'step.failed'>

/**
 * What a turn was asked and answered, in the forms of the conventions (gen-ai-input-messages.json and its kin), as JSON text: spans
 * hold no structure. The prompt is made again from what it was made of; a planner's, which is not kept, is left out.
 */
export async function chatContent(ground: Ground, event: Step): Promise<Attributes> {
  const { agent } = await ground.look.task(event.task)
  const asked = agent && /^turn\/\d+$/.test(event.payload.key) ? await prompt(ground, event, agent) : undefined
  const answer = event.kind === 'step.done' ? (event.payload.output as unknown as { turn: Turn }).turn : undefined
  return {
    'gen_ai.system_instructions': asked && JSON.stringify([{ type: 'text', content: asked.system }]),
    'gen_ai.input.messages': asked && JSON.stringify(asked.messages.map(message)),
    'gen_ai.output.messages': answer && JSON.stringify([answered(answer)]),
  }
}

/** What a tool was given and gave. */
export async function toolContent(ground: Ground, event: OfTask<'step.done'>): Promise<Attributes> {
  const [, prefix, turn, index] = /^(.*)tool\/(\d+)\/(\d+)$/.exec(event.payload.key) ?? []
  const asked = (await stepsBefore(ground, event)).get(`${prefix}turn/${turn}`) as { turn: Turn } | undefined
  const input = asked?.turn.toolCalls[Number(index)]?.input
  const output = reach(event.payload.output, ['output'])
  return {
    'gen_ai.tool.call.arguments': input === undefined ? undefined : JSON.stringify(input),
    'gen_ai.tool.call.result': output === undefined ? undefined : JSON.stringify(output),
  }
}

async function prompt(ground: Ground, event: Step, { name, hash }: AgentFacts) {
  const { kernel, look } = ground
  const [run, { row }] = [await look.run(event.run), await look.task(event.task)]
  const body = await kernel.shelf.agent(hash)
  if (!body) return undefined
  const inputs = await readInputs(kernel, run, row, await kernel.placeOf(row))
  const task = { ...row, round: event.payload.round }
  const returned = await readReturn({ kernel, task, run })
  const steps = await stepsBefore(ground, event)
  const memory = steps.get('recall') as Remembered | undefined
  const given = { inputs: inputs.value, origins: inputs.origins, returned }
  const skills = await skillsAtHand(kernel, body)
  const first = firstTurn(body, { ...given, ...(memory ? { memory } : {}), ...(skills ? { skills: skills.all } : {}) })
  const agent = kernel.doers.get(name) as Agent<unknown, unknown> | undefined
  const turns = Number(event.payload.key.slice('turn/'.length)) - 1
  const earlier = Array.from({ length: turns }, (_, index) => afterTurn(steps, index + 1, offeredTo(body), agent))
  return { system: first.system, messages: [...first.messages, ...earlier.flat()] as ModelMessage[] }
}

/** What a turn added for the next one: itself, and the outcomes of its tools or why its answer could not be used. */
function afterTurn(
  steps: ReadonlyMap<string, unknown>,
  number: number,
  offered: readonly string[],
  agent: Agent<unknown, unknown> | undefined,
): ModelMessage[] {
  const turn = (steps.get(`turn/${number}`) as { turn: Turn } | undefined)?.turn
  if (!turn) return []
  const outcomes = turn.toolCalls.map((_call, index) => steps.get(`tool/${number}/${index}`) as ToolOutcome | undefined)
  if (outcomes.length > 0) return outcomes.every((one) => one !== undefined) ? answerTools(turn, offered, outcomes) : []
  const answer = agent && readAnswer(agent, turn)
  const again = answer && !answer.ok ? [askAgain(answer.why)] : []
  return [...(turn.responseMessages as unknown as ModelMessage[]), ...again]
}

/** Outputs of the steps of this round before this one, by key. */
async function stepsBefore({ kernel }: Ground, event: Step): Promise<ReadonlyMap<string, unknown>> {
  const rows = await kernel.store.read
    .selectFrom('steps')
    .select('seq')
    .where('task_id', '=', event.task)
    .where('round', '=', event.payload.round)
    .where('seq', '<', event.seq)
    .execute()
  const events = await kernel.journal.at(rows.map((row) => row.seq))
  return new Map(
    events.flatMap((one) => (one.kind === 'step.done' && one.payload ? [[one.payload.key, one.payload.output]] : [])),
  )
}

/** A message in the conventions' form. */
function message({ role, content }: ModelMessage) {
  const parts = typeof content === 'string' ? [{ type: 'text', content }] : content.flatMap(part)
  return { role, parts }
}

type Part = Exclude<ModelMessage['content'], string>[number]

function part(one: Part): object[] {
  if (one.type === 'text') return [{ type: 'text', content: one.text }]
  if (one.type === 'tool-call')
    return [{ type: 'tool_call', id: one.toolCallId, name: one.toolName, arguments: one.input }]
  if (one.type !== 'tool-result') return []
  return [{ type: 'tool_call_response', id: one.toolCallId, response: reach(one.output as unknown as Json, ['value']) }]
}

function answered({ text, toolCalls, finish }: Turn) {
  const calls = toolCalls.map(({ id, name, input }) => ({ type: 'tool_call', id, name, arguments: input }))
  const said = text === '' ? [] : [{ type: 'text', content: text }]
  return { role: 'assistant', parts: [...said, ...calls], finish_reason: finishReason(finish) }
}
