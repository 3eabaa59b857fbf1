import { parse } from '../values/schema.ts'
import type { Attempt } from './attempt.ts'
import { fallbackConfidence } from './confidence.ts'
import type { AttemptEnd } from './ending.ts'
import type { Pinned } from './pinned-agent.ts'
import { compute } from './run-function.ts'
import type { Inputs } from './values.ts'

/** The agent's own rules answer where no model did; `otherwise` stands where it has none, or they fail. */
export async function fallBack(
  attempt: Attempt,
  { agent, body, hash }: Pinned,
  inputs: Inputs,
  otherwise: AttemptEnd,
): Promise<AttemptEnd> {
  const { fallback } = agent
  if (fallback === null) return otherwise
  const parsed = parse(fallback.input, inputs.value)
  if (!parsed.ok) return otherwise
  const computed = compute(fallback, parsed.value, agent.output)
  if (!computed.ok) return otherwise.kind === 'postponed' ? otherwise : { kind: 'fault', fault: computed.fault }
  const { spent } = await attempt.kernel.budget.spentOn({ scope: `task:${attempt.task.id}`, period: 'life' })
  const outcome = {
    output: computed.output,
    cost: spent,
    confidence: fallbackConfidence,
    madeBy: { doer: agent.name, version: body.version, hash, rung: 'fallback' },
    sources: inputs.sources,
  }
  return { kind: 'done', outcome, origin: inputs.origin }
}
