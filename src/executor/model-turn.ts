import type { Agent } from '../agents/agent.ts'
import type { Question, Turn } from '../models/ask.ts'
import type { Json } from '../values/json.ts'
import type { Origin } from '../values/origin.ts'
import { type Attempt, pauseFault } from './attempt.ts'
import { batchedTurn } from './batched-turn.ts'
import { climb, type Unanswered } from './climb.ts'
import type { Performed } from './ending.ts'
import { keptAnswer } from './kept-answer.ts'
import { obey } from './obey.ts'
import { mayStandIn, unanswered } from './unanswered.ts'
import { outOfMoney } from './when-spent.ts'

export type Turned =
  | {
      readonly kind: 'turned'
      readonly turn: Turn
      readonly model: string
      /** Where it stands, when something lower answered than was asked for. */
      readonly rung?: string
      readonly replayed: boolean
    }
  | Exclude<Performed, { kind: 'done' }>

/**
 * Who may answer: models of its tier, and where those cannot be paid or do not answer, those down to the lowest. `output` is the form that
 * its answers have to have, where they have one.
 */
export type Mind = Pick<Agent<unknown, unknown>, 'tier' | 'lowest'> &
  Partial<Pick<Agent<unknown, unknown>, 'name' | 'output' | 'cache'>>

/** What a turn of a model is asked, before the limits of this call are known. */
export type Prompt = Omit<Question, 'maxOutputTokens' | 'signal'>

/** A turn that is to be had of whoever answers. */
export interface Wanted {
  readonly key: string
  readonly mind: Mind
  readonly prompt: Prompt
  readonly origin: Origin
}

/**
 * One turn of a model as one step: replayed from the journal when it is there; else asked of whoever on the ladder answers, as the
 * operator's controls allow. Where nobody does, an answer that was kept stands in; else see `unanswered`.
 */
export async function modelTurn(
  attempt: Attempt,
  key: string,
  mind: Mind,
  prompt: Prompt,
  origin: Origin,
): Promise<Turned> {
  const known = attempt.steps.get(key)
  if (known) return recorded(known.output, true)
  const paused = pauseFault(attempt)
  if (paused) return { kind: 'postponed', fault: paused, until: attempt.kernel.clock.now() }
  const said = masked(attempt, prompt)
  const batched = await batchedTurn(attempt, key, mind, said, origin)
  if (batched) return batched
  // An answer of a lower tier is none of the version's that an eval is about.
  const asked = attempt.exam ? { ...mind, lowest: mind.tier } : mind
  const ruling = await obey(attempt, asked)
  if (ruling.kind !== 'go') return ruling
  const wanted: Wanted = { key, mind: asked, prompt: said, origin }
  const climbed = await climb(attempt, wanted, ruling)
  if (climbed.kind === 'unanswered') return without(attempt, wanted, climbed)
  if (climbed.kind !== 'answered') return climbed
  const { turn, output, short } = climbed
  // Asking again would be cut off again: what it lacks is money. With more of it the next try takes it up where this answer ends.
  if (short && turn.finish === 'length' && turn.object === undefined) return outOfMoney(attempt, key, short)
  return recorded(output, false)
}

async function without(attempt: Attempt, wanted: Wanted, nobody: Unanswered): Promise<Turned> {
  const end = unanswered(attempt, nobody)
  const kept = mayStandIn(attempt, end) ? await keptAnswer(attempt, wanted) : undefined
  return kept === undefined ? end : recorded(kept, false)
}

/** No secret reaches a model, not even one that a tool gave a moment ago. */
function masked({ kernel }: Attempt, prompt: Prompt): Prompt {
  return JSON.parse(kernel.vault.maskJson(prompt)) as Prompt
}

function recorded(output: Json, replayed: boolean): Turned {
  const { turn, model, rung } = output as unknown as { turn: Turn; model: string; rung?: string }
  return { kind: 'turned', turn, model, ...(rung === undefined ? {} : { rung }), replayed }
}
