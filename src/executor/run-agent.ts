import { parse } from '../values/schema.ts'
import type { Attempt } from './attempt.ts'
import { surenessFrom } from './confidence.ts'
import { converse } from './converse.ts'
import type { AttemptEnd } from './ending.ts'
import { fallBack } from './fall-back.ts'
import { underOwn } from './own-limits.ts'
import { pinnedAgent } from './pinned-agent.ts'
import { staleInput } from './stale.ts'
import { mayStandIn } from './unanswered.ts'
import type { Inputs } from './values.ts'

/**
 * Runs an agent: turns of its model until it gives what it promised, each turn and each tool call a step of its own. A retry
 * replays the finished steps. What the answer was made of decides its origin, tool results included. Where no model answers, its own
 * rules do.
 */
export async function runAgent(given: Attempt, name: string, inputs: Inputs): Promise<AttemptEnd> {
  const pinned = await pinnedAgent(given, name)
  if ('kind' in pinned) return pinned
  const attempt = underOwn(given, pinned)
  const parsed = parse(pinned.agent.input, inputs.value)
  if (!parsed.ok) return staleInput(attempt, name, parsed.why)
  // Few companies have agents that are code: what runs them is loaded then.
  if (pinned.body.code !== null) return (await import('./run-code-agent.ts')).runCodeAgent(attempt, pinned, inputs)
  const produced = await converse(attempt, pinned, inputs)
  if (produced.kind !== 'produced')
    return mayStandIn(attempt, produced) ? fallBack(attempt, pinned, inputs, produced) : produced
  const { output, repairs, model, rung, cost, origin, sources } = produced
  const confidence = surenessFrom(pinned.agent.tier, rung, produced.confidence)
  const madeBy = { doer: name, version: pinned.body.version, hash: pinned.hash, model, ...(rung ? { rung } : {}) }
  const outcome = {
    output,
    cost,
    ...(confidence === undefined ? {} : { confidence }),
    ...(repairs === 0 ? {} : { repairs }),
    madeBy,
    sources,
  }
  return { kind: 'done', outcome, origin }
}
