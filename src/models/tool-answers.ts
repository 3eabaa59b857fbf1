import type { ModelMessage } from 'ai'
import type { Json } from '../values/json.ts'
import type { Turn } from './ask.ts'
import { wireNames } from './tool-names.ts'

/** What came of one tool call: its output, or in one line why there is none. */
export type ToolOutcome = { readonly output: Json } | { readonly refused: string }

/**
 * The messages that follow a turn with tool calls: the turn itself, then the outcome of each call, in their order. `offered` are the
 * canonical names of the tools of that turn, in theirs. One outcome for each call; anything else is a programmer's error.
 */
export function answerTools(turn: Turn, offered: readonly string[], outcomes: readonly ToolOutcome[]): ModelMessage[] {
  if (outcomes.length !== turn.toolCalls.length) throw new TypeError('each tool call needs one outcome')
  const wires = wireNames(offered)
  const content = turn.toolCalls.map((call, index) => ({
    type: 'tool-result' as const,
    toolCallId: call.id,
    toolName: wires.get(call.name) ?? call.name,
    output: toolOutput(outcomes[index] as ToolOutcome),
  }))
  return [...(turn.responseMessages as unknown as ModelMessage[]), { role: 'tool', content }]
}

function toolOutput(outcome: ToolOutcome) {
  return 'output' in outcome
    ? { type: 'json' as const, value: JSON.parse(JSON.stringify(outcome.output)) }
    : { type: 'error-text' as const, value: outcome.refused }
}
