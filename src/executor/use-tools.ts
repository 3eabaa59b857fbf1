import type { Agent } from '../agents/agent.ts'
import type { ToolCall } from '../models/ask.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import type { SkillsAtHand } from './skills-at-hand.ts'
import { tellTool, useTool } from './use-tool.ts'

type Used =
  | {
      readonly kind: 'used'
      readonly outcomes: readonly ToolOutcome[]
      readonly origin: Origin
      readonly sources: readonly number[]
    }
  | Exclude<Performed, { kind: 'done' }>

/** Who asks: an agent, with its skills where it has any. */
export interface User {
  readonly agent: Agent<unknown, unknown>
  readonly skills: SkillsAtHand | undefined
}

/** The tool calls of one turn, in their order; the first that cannot end now ends the attempt. */
export async function useTools(
  attempt: Attempt,
  { agent, skills }: User,
  calls: readonly ToolCall[],
  key: string,
  origin: Origin,
  sources: readonly number[],
): Promise<Used> {
  const outcomes: ToolOutcome[] = []
  const origins: Origin[] = [origin]
  const taken: number[] = []
  for (const [index, call] of calls.entries()) {
    const [step, answer] = [`${key}/${index}`, skills?.answer(call)]
    const used = answer
      ? await tellTool(attempt, call, step, origin, answer)
      : await useTool(attempt, agent, call, step, origin, sources)
    if (used.kind !== 'outcome') return used
    skills?.told(call, used.outcome)
    outcomes.push(used.outcome)
    origins.push(used.origin)
    taken.push(...used.sources)
  }
  return { kind: 'used', outcomes, origin: worstOrigin(origins), sources: taken }
}
