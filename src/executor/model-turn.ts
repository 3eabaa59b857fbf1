import { ask, type Question, type Turn } from '../models/ask.ts'
import { pick, type Rung } from '../models/ladder.ts'
import { mostTokensIn } from '../models/measure.ts'
import { openModel } from '../models/open.ts'
import type { Tx } from '../store/store.ts'
import type { Tier } from '../values/doer.ts'
import { type Fault, fault, faultIn, Refusal, refuse } from '../values/fault.ts'
import type { ReservationId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import { later, minutes } from '../values/time.ts'
import { type Attempt, pauseFault, recordFailedStep, recordStep } from './attempt.ts'
import type { Performed } from './ending.ts'
import { askForMoney } from './money-gate.ts'
import { limitMonth, scopesOf } from './purse.ts'
import { commitWithTruth, isStale } from './truth.ts'

export type Turned =
  | { readonly kind: 'turned'; readonly turn: Turn; readonly model: string; readonly replayed: boolean }
  | Exclude<Performed, { kind: 'done' }>

// Reasoning models think for some minutes; a connection that is silent for longer than this is dead.
const longestTurn = minutes(10)

/** What a turn of a model is asked, before the limits of this call are known. */
export type Prompt = Omit<Question, 'maxOutputTokens' | 'signal'>

/**
 * One turn of a model as one step: replayed from the journal when it is there; else its worst case is reserved and marked as
 * sent, the model is asked once, and its answer and true cost are committed together.
 */
export async function modelTurn(
  attempt: Attempt,
  key: string,
  tier: Tier,
  prompt: Prompt,
  origin: Origin,
): Promise<Turned> {
  const known = attempt.steps.get(key)
  if (known) return recorded(known.output, true)
  const paused = pauseFault(attempt)
  if (paused) return { kind: 'postponed', fault: paused, until: attempt.kernel.clock.now() }
  const [rung] = pick(attempt.kernel.models, tier)
  const { maxOutputTokens } = rung.choice
  const question: Question = { ...masked(attempt, prompt), maxOutputTokens, signal: attempt.signal }
  const reserved = await reserve(attempt, key, rung, question)
  if (reserved.kind !== 'reserved') return reserved
  const pausedNow = pauseFault(attempt)
  if (pausedNow) return giveBack(attempt, reserved.reservation, pausedNow)
  return answer(attempt, key, rung, question, reserved.reservation, origin)
}

async function answer(
  attempt: Attempt,
  key: string,
  rung: Rung,
  question: Question,
  reservation: ReservationId | undefined,
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
    const use = { model: rung.choice.name, rung: rung.name, tokensIn, tokensOut }
    const output = { turn: turn as unknown as Json, model: rung.choice.name }
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

type Reserved =
  | { readonly kind: 'reserved'; readonly reservation: ReservationId | undefined }
  | Exclude<Performed, { kind: 'done' }>

async function reserve(attempt: Attempt, key: string, rung: Rung, question: Question): Promise<Reserved> {
  const { kernel, task, run, place } = attempt
  if (rung.choice.price === 'free') return { kind: 'reserved', reservation: undefined }
  const worst = await kernel.pricing.worstCase(rung.choice, mostTokensIn(question), question.maxOutputTokens)
  const scopes = await scopesOf(attempt)
  const spender = { run: run.id, task: task.id, subject: task.subject, step: key, fence: task.fence }
  const reserved = await kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    await limitMonth(tx, kernel, scopes)
    const got = await kernel.budget.reserve(tx, spender, scopes, worst)
    if (got.ok) await kernel.budget.send(tx, got.reservation)
    return got
  })
  if (reserved.ok) return { kind: 'reserved', reservation: reserved.reservation }
  const whenSpent = place.node.budget?.whenSpent ?? place.plan.budget?.whenSpent ?? 'ask'
  if (whenSpent === 'stop') return { kind: 'fault', fault: { ...reserved.fault, retry: 'never' } }
  return askForMoney(attempt, key, {
    scope: reserved.scope,
    left: reserved.left,
    limit: reserved.limit,
    needed: worst,
    fault: reserved.fault,
  })
}

function recorded(output: Json, replayed: boolean): Turned {
  const { turn, model } = output as unknown as { turn: Turn; model: string }
  return { kind: 'turned', turn, model, replayed }
}
