import type { Agent } from '../agents/agent.ts'
import type { Turn } from '../models/ask.ts'
import { type Json, reach } from '../values/json.ts'
import { parse } from '../values/schema.ts'

type Answer =
  | { readonly ok: true; readonly output: Json; readonly confidence: number | undefined }
  | { readonly ok: false; readonly why: string }

/** The answer is `{ output, confidence }`; a model that gives the output alone is understood too. */
export function readAnswer(agent: Pick<Agent<unknown, unknown>, 'output'>, turn: Turn): Answer {
  if (turn.object === undefined) return { ok: false, why: turn.problem ?? 'there is no answer' }
  const wrapped = reach(turn.object, ['output'])
  const parsed = parse(agent.output, wrapped ?? turn.object)
  if (!parsed.ok) return { ok: false, why: parsed.why }
  const said = reach(turn.object, ['confidence'])
  const confidence = typeof said === 'number' && said >= 0 && said <= 1 ? said : undefined
  return { ok: true, output: parsed.value as Json, confidence: wrapped === undefined ? undefined : confidence }
}
