import type { Agent } from '../agents/agent.ts'
import { ask, type Question, type Turn } from '../models/ask.ts'
import { openModel } from '../models/open.ts'
import type { Tx } from '../store/store.ts'
import { type Fault, fault, faultIn, Refusal, refuse } from '../values/fault.ts'
import type { ReservationId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import { later, minutes } from '../values/time.ts'
import { type Afforded, afford } from './afford.ts'
import { type Attempt, pauseFault, recordFailedStep, recordStep } from './attempt.ts'
import { batchedTurn } from './batched-turn.ts'
import type { Performed } from './ending.ts'
import { commitWithTruth, isStale } from './truth.ts'

export type Turned =
  | {
      readonly kind: 'turned'
      readonly turn: Turn
      readonly model: string
      /** Where it stands, when a lower tier answered than was asked for. */
      readonly rung?: string
      readonly replayed: boolean
    }
  | Exclude<Performed, { kind: 'done' }>

// Reasoning models think for some minutes; a connection that is silent for longer than this is dead.
const longestTurn = minutes(10)

/** Which models may answer: those of its tier, and where money is short those down to the lowest. */
export type Mind = Pick<Agent<unknown, unknown>, 'tier' | 'lowest'>

/** What a turn of a model is asked, before the limits of this call are known. */
export type Prompt = Omit<Question, 'maxOutputTokens' | 'signal'>

/**
 * One turn of a model as one step: replayed from the journal when it is there; else its worst case is reserved and marked as
 * sent, the model is asked once, and its answer and true cost are committed together.
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
  const batched = await batchedTurn(attempt, key, mind, prompt, origin)
  if (batched) return batched
  const afforded = await afford(attempt, key, mind, { ...masked(attempt, prompt), signal: attempt.signal })
  if (afforded.kind !== 'afforded') return afforded
  const pausedNow = pauseFault(attempt)
  if (pausedNow) return giveBack(attempt, afforded.reservation, pausedNow)
  return answer(attempt, key, mind, afforded, origin)
}

async function answer(
  attempt: Attempt,
  key: string,
  mind: Mind,
  { rung, question, reservation }: Afforded,
  origin: Origin,
): Promise<Turned> {
  const { kernel } = attempt
  const { vault, clock } = kernel
  const startedAt = clock.now()
  const asked = { key, kind: 'model', startedAt }
  let called = false
  const late = new AbortController()
  const silent = fault('model.unreachable', { model: rung.choice.name, why: 'it gave no answer in ten minutes' })
  const stopWaiting = clock.wake(later(clock.now(), longestTurn), () => late.abort(new Refusal(silent)))
  try {
    const secret = (name: string): string =>
      vault.secret(name) ?? refuse('secret.missing', { adapter: rung.choice.name, name })
    const signal = AbortSignal.any([attempt.signal, late.signal])
    const model = await openModel(rung.choice, secret)
    called = true
    const turn = await ask(model, { ...question, signal })
    called = false
    const { tokensIn, tokensOut, cached } = turn.usage
    const cost = await kernel.pricing.cost(rung.choice, tokensIn, tokensOut, cached)
    const answered = { turn: turn as unknown as Json, model: rung.choice.name }
    const output: Json = rung.tier === mind.tier ? answered : { ...answered, rung: rung.name }
    const use = { model: rung.choice.name, rung: rung.name, tokensIn, tokensOut }
    // The bill is true whatever became of this attempt; the step counts only under its fence.
    const bill = async (tx: Tx): Promise<void> => {
      if (reservation) await kernel.budget.settle(tx, reservation, cost)
    }
    await commitWithTruth(kernel.store, bill, async (tx) => {
      await recordStep(tx, attempt, { ...asked, output, origin, cost, model: use })
    })
    return recorded(output, false)
  } catch (caught) {
    const why = faultIn(caught)
    // A refusal is not paid for; of anything else nobody knows, and it is booked at its worst case.
    if (reservation && (why.code === 'model.refused' || why.code === 'secret.missing')) {
      await kernel.store.write((tx) => kernel.budget.settle(tx, reservation, microUsd(0)))
    }
    if (called) await noteFailure(attempt, { ...asked, model: rung.choice.name, fault: why })
    return { kind: 'fault', fault: why }
  } finally {
    stopWaiting()
  }
}

/** An attempt that was overtaken learns so from its end; what failed in it is nobody's step. */
async function noteFailure(attempt: Attempt, failed: Parameters<typeof recordFailedStep>[2]): Promise<void> {
  try {
    await attempt.kernel.store.write((tx) => recordFailedStep(tx, attempt, failed))
  } catch (error) {
    if (!isStale(error)) throw error
  }
}

/** The company was paused while the money was being reserved: nothing has left, and nothing is owed. */
async function giveBack(attempt: Attempt, reservation: ReservationId | undefined, why: Fault): Promise<Turned> {
  const { kernel } = attempt
  if (reservation) await kernel.store.write((tx) => kernel.budget.settle(tx, reservation, microUsd(0)))
  return { kind: 'postponed', fault: why, until: kernel.clock.now() }
}

/** No secret reaches a model, not even one that a tool gave a moment ago. */
function masked({ kernel }: Attempt, prompt: Prompt): Prompt {
  return JSON.parse(kernel.vault.maskJson(prompt)) as Prompt
}

function recorded(output: Json, replayed: boolean): Turned {
  const { turn, model, rung } = output as unknown as { turn: Turn; model: string; rung?: string }
  return { kind: 'turned', turn, model, ...(rung === undefined ? {} : { rung }), replayed }
}
