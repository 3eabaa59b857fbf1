import type { Agent } from '../agents/agent.ts'
import { askAgain, firstTurn, type Given } from '../agents/prompt.ts'
import type { Turn } from '../models/ask.ts'
import { answerTools } from '../models/tool-answers.ts'
import { fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { jsonSchema } from '../values/schema.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import { modelTurn, type Prompt } from './model-turn.ts'
import type { Pinned } from './pinned-agent.ts'
import { readAnswer } from './read-answer.ts'
import { remember } from './remember.ts'
import { readReturn } from './returned.ts'
import type { SkillsAtHand } from './skills-at-hand.ts'
import { watchLoop } from './stop-looping.ts'
import { useTools } from './use-tools.ts'
import type { Inputs } from './values.ts'
import { holdWithdrawn } from './withdrawn.ts'

// A model that misses the schema three times in a row has not understood it.
const maxRepairs = 2

/** What a conversation came to. */
export interface Produced {
  readonly kind: 'produced'
  readonly output: Json
  readonly confidence: number | undefined
  /** How often it was asked again because its answer missed the schema. */
  readonly repairs: number
  readonly model: string
  /** Set when a lower tier answered than the agent asks for. */
  readonly rung: string | undefined
  readonly cost: Usd
  readonly origin: Origin
  /** The events that it was made of: inputs, what was recalled, what tools took it from. */
  readonly sources: readonly number[]
}

/** The conversation with the model, from the first prompt to an answer that fits. `prefix` tells its steps from those of another one. */
export async function converse(
  attempt: Attempt,
  pinned: Pinned,
  inputs: Inputs,
  prefix = '',
): Promise<Produced | Exclude<Performed, { kind: 'done' }>> {
  const { agent, body } = pinned
  const memory = await remember(attempt, pinned, inputs, prefix)
  const skills = body.skills && (await (await import('./skills-at-hand.ts')).skillsAtHand(attempt.kernel, body))
  const first = firstTurn(body, await givenTo(attempt, inputs, memory, skills))
  const tools = [...offersOf(agent), ...(skills?.offers ?? [])]
  let messages: Prompt['messages'] = first.messages
  let origin = worstOrigin([inputs.origin, ...(memory?.origins ?? [])])
  const sources = new Set([...inputs.sources, ...(memory?.sources ?? [])])
  const watch = watchLoop(attempt, agent, prefix)
  let repairs = 0
  let missed = 0
  for (let number = 1; number <= body.maxTurns; number += 1) {
    const withdrawn = await holdWithdrawn(attempt, pinned)
    if (withdrawn) return withdrawn
    const prompt: Prompt = { system: first.system, messages, tools, output: first.output }
    const turned = await modelTurn(attempt, `${prefix}turn/${number}`, agent, prompt, origin)
    if (turned.kind !== 'turned') return turned
    const { turn, model } = turned
    if (turn.toolCalls.length > 0) {
      const key = `${prefix}tool/${number}`
      const used = await useTools(attempt, { agent, skills }, turn.toolCalls, key, origin, [...sources])
      if (used.kind !== 'used') return used
      origin = worstOrigin([origin, used.origin])
      for (const seq of used.sources) sources.add(seq)
      const looping = watch.used(number, turn, used.outcomes, origin)
      if (looping) return looping
      messages = [...messages, ...answerTools(turn, namesOf(tools), used.outcomes)]
      continue
    }
    const answer = readAnswer(agent, turn)
    if (answer.ok)
      return {
        kind: 'produced',
        output: answer.output,
        confidence: answer.confidence,
        repairs: missed,
        model,
        rung: turned.rung,
        cost: await costOf(attempt),
        origin,
        sources: [...sources].sort((a, b) => a - b),
      }
    missed += 1
    const looping = watch.missed(number, turn, origin)
    if (looping) return looping
    // An answer of an earlier attempt was judged then: a new attempt asks once more.
    if (!turned.replayed) repairs += 1
    if (repairs > maxRepairs)
      return { kind: 'fault', fault: fault('agent.bad-output', { agent: agent.name, why: answer.why }) }
    messages = [...messages, ...repair(turn, answer.why)]
  }
  return { kind: 'fault', fault: fault('agent.too-many-turns', { agent: agent.name, turns: body.maxTurns }) }
}

async function givenTo(
  attempt: Attempt,
  { value, origins }: Inputs,
  memory: Given['memory'],
  skills: SkillsAtHand | undefined,
): Promise<Given> {
  const given = { inputs: value, origins, returned: await readReturn(attempt) }
  return { ...given, ...(memory ? { memory } : {}), ...(skills ? { skills: skills.all } : {}) }
}

function offersOf({ allow }: Agent<unknown, unknown>): Prompt['tools'] {
  return allow.map((tool) => ({
    name: tool.name,
    does: 'does' in tool ? String(tool.does) : tool.name,
    input: jsonSchema(tool.input),
  }))
}

function namesOf(tools: Prompt['tools']): string[] {
  return tools.map((tool) => tool.name)
}

function repair(turn: Turn, why: string): Prompt['messages'] {
  const own = turn.responseMessages as unknown as Prompt['messages']
  return [...own, askAgain(why)]
}

/** What all steps of this task cost, in every round and attempt. */
async function costOf(attempt: Attempt): Promise<Usd> {
  const { spent } = await attempt.kernel.budget.spentOn({ scope: `task:${attempt.task.id}`, period: 'life' })
  return microUsd(spent)
}
