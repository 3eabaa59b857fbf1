import type { Agent } from '../agents/agent.ts'
import type { ToolCall } from '../models/ask.ts'
import type { ToolOutcome } from '../models/tool-answers.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import { useTool } from './use-tool.ts'

type Used =
  | {
      readonly kind: 'used'
      readonly outcomes: readonly ToolOutcome[]
      readonly origin: Origin
      readonly sources: readonly number[]
    }
  | Exclude<Performed, { kind: 'done' }>

/** The tool calls of one turn, in their order; the first that cannot end now ends the attempt. */
export async function useTools(
  attempt: Attempt,
  agent: Agent<unknown, unknown>,
  calls: readonly ToolCall[],
  key: string,
  origin: Origin,
  sources: readonly number[],
): Promise<Used> {
  const outcomes: ToolOutcome[] = []
  const origins: Origin[] = [origin]
  const taken: number[] = []
  for (const [index, call] of calls.entries()) {
    const used = await useTool(attempt, agent, call, `${key}/${index}`, origin, sources)
    if (used.kind !== 'outcome') return used
    outcomes.push(used.outcome)
    origins.push(used.origin)
    taken.push(...used.sources)
  }
  return { kind: 'used', outcomes, origin: worstOrigin(origins), sources: taken }
}
