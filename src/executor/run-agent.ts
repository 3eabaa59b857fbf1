import type { Attempt } from './attempt.ts'
import type { AttemptEnd, Performed } from './ending.ts'
import { modelTurn, type Prompt } from './model-turn.ts'
import { readReturn } from './returned.ts'
import { staleInput } from './stale.ts'
import { useTool } from './use-tool.ts'
import type { Inputs } from './values.ts'
import type { Agent } from '../agents/agent.ts'
import { answerSchema, firstPrompt } from '../agents/prompt.ts'
import type { ToolCall, Turn } from '../models/ask.ts'
import { answerTools, type ToolOutcome } from '../models/tool-answers.ts'
import { fault } from '../values/fault.ts'
import { type Json, reach } from '../values/json.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { jsonSchema, parse } from '../values/schema.ts'

// A model that misses the schema three times in a row has not understood it.
const maxRepairs = 2

/**
 * Runs an agent: turns of its model until it gives what it promised, each turn and each tool call a step of its own. A retry
 * replays the finished steps. What the answer was made of decides its origin, tool results included.
 */
export async function runAgent(attempt: Attempt, agent: Agent<unknown, unknown>, inputs: Inputs): Promise<AttemptEnd> {
  if (agent.run !== null) return { kind: 'fault', fault: fault('task.code-agent', { agent: agent.name }) }
  const parsed = parse(agent.input, inputs.value)
  if (!parsed.ok) return staleInput(attempt, agent.name, parsed.why)
  const produced = await converse(attempt, agent, inputs)
  if (produced.kind !== 'produced') return produced
  const { output, confidence, model, cost, origin } = produced
  const artifact = await attempt.kernel.artifacts.pinned(attempt.run.id, 'agent', agent.name)
  const madeBy = { doer: agent.name, version: agent.version, ...(artifact ? { hash: artifact } : {}), model }
  const outcome = { output, cost, ...(confidence === undefined ? {} : { confidence }), madeBy, sources: inputs.sources }
  return { kind: 'done', outcome, origin }
}

interface Produced {
  readonly kind: 'produced'
  readonly output: Json
  readonly confidence: number | undefined
  readonly model: string
  readonly cost: Usd
  readonly origin: Origin
}

/** The conversation with the model, from the first prompt to an answer that fits. */
async function converse(attempt: Attempt, agent: Agent<unknown, unknown>, inputs: Inputs): Promise<Produced | Exclude<Performed, { kind: 'done' }>> {
  const artifact = await attempt.kernel.artifacts.read(attempt.run.id, agent)
  const returned = await readReturn(attempt)
  const first = firstPrompt(artifact, { inputs: inputs.value, origin: inputs.origin, returned })
  const tools = agent.allow.map((tool) => ({ name: tool.name, does: 'does' in tool ? String(tool.does) : tool.name, input: jsonSchema(tool.input) }))
  let messages = first.messages
  let origin = inputs.origin
  let repairs = 0
  for (let number = 1; number <= agent.maxTurns; number += 1) {
    const prompt: Prompt = { system: first.system, messages, tools, output: answerSchema(artifact) }
    const turned = await modelTurn(attempt, `turn/${number}`, agent.tier, prompt, origin)
    if (turned.kind !== 'turned') return turned
    const { turn, model } = turned
    if (turn.toolCalls.length > 0) {
      const used = await useTools(attempt, agent, turn.toolCalls, number, origin, inputs.sources)
      if (used.kind !== 'used') return used
      origin = worstOrigin([origin, used.origin])
      messages = [...messages, ...answerTools(turn, tools.map((tool) => tool.name), used.outcomes)]
      continue
    }
    const answer = readAnswer(agent, turn)
    if (answer.ok) return { kind: 'produced', output: answer.output, confidence: answer.confidence, model, cost: await costOf(attempt), origin }
    repairs += 1
    if (repairs > maxRepairs) return { kind: 'fault', fault: fault('agent.bad-output', { agent: agent.name, why: answer.why }) }
    messages = [...messages, ...repair(turn, answer.why)]
  }
  return { kind: 'fault', fault: fault('agent.too-many-turns', { agent: agent.name, turns: agent.maxTurns }) }
}

type Used = { readonly kind: 'used'; readonly outcomes: readonly ToolOutcome[]; readonly origin: Origin } | Exclude<Performed, { kind: 'done' }>

async function useTools(
  attempt: Attempt,
  agent: Agent<unknown, unknown>,
  calls: readonly ToolCall[],
  turn: number,
  origin: Origin,
  sources: readonly number[],
): Promise<Used> {
  const outcomes: ToolOutcome[] = []
  const origins: Origin[] = [origin]
  for (const [index, call] of calls.entries()) {
    const used = await useTool(attempt, agent, call, `tool/${turn}/${index}`, origin, sources)
    if (used.kind !== 'outcome') return used
    outcomes.push(used.outcome)
    origins.push(used.origin)
  }
  return { kind: 'used', outcomes, origin: worstOrigin(origins) }
}

type Answer =
  | { readonly ok: true; readonly output: Json; readonly confidence: number | undefined }
  | { readonly ok: false; readonly why: string }

/** The answer is `{ output, confidence }`; a model that gives the output alone is understood too. */
function readAnswer(agent: Agent<unknown, unknown>, turn: Turn): Answer {
  if (turn.object === undefined) return { ok: false, why: turn.problem ?? 'there is no answer' }
  const wrapped = reach(turn.object, ['output'])
  const parsed = parse(agent.output, wrapped ?? turn.object)
  if (!parsed.ok) return { ok: false, why: parsed.why }
  const said = reach(turn.object, ['confidence'])
  const confidence = typeof said === 'number' && said >= 0 && said <= 1 ? said : undefined
  return { ok: true, output: parsed.value as Json, confidence: wrapped === undefined ? undefined : confidence }
}

function repair(turn: Turn, why: string): Prompt['messages'] {
  const own = turn.responseMessages as unknown as Prompt['messages']
  return [...own, { role: 'user', content: `That answer does not fit: ${why}. Give the whole answer again, as JSON that fits the schema.` }]
}

/** What all steps of this task cost, in every round and attempt. */
async function costOf(attempt: Attempt): Promise<Usd> {
  const { spent } = await attempt.kernel.budget.spentOn({ scope: `task:${attempt.task.id}`, period: 'life' })
  return microUsd(spent)
}
