import type { Question } from '../models/ask.ts'
import type { BatchDesk, Batching, Looked } from '../models/batch.ts'
import { accountOf, pick, type Rung } from '../models/ladder.ts'
import { mostTokensIn } from '../models/measure.ts'
import type { Tx } from '../store/store.ts'
import { fault, faultIn } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import { hours, isoInstant, later } from '../values/time.ts'
import { type Attempt, pauseFault, recordStep } from './attempt.ts'
import { batchingModel, batchPrice, briefly, deskOf, isOverdue, located, nextLook } from './batch-desk.ts'
import { type Batched, batchKey, batchOf, endBatch, intendBatch, sentBatch } from './batch-record.ts'
import type { Mind, Prompt, Turned } from './model-turn.ts'
import { type OverHour, obey, overHour, turnTo } from './obey.ts'
import { limitNew, scopesOf, spenderOf } from './purse.ts'
import { commitWithTruth } from './truth.ts'

// A run that must be over sooner cannot wait for a batch.
const longestBatch = hours(24)

/**
 * A turn of background work by the batch API of its model, at its lower price: sent once, then looked at until it is answered, with
 * the task put off in between. `undefined` where the turn is to be asked in the ordinary way: the lane, the model or the deadline
 * does not allow it, its money is not there, or the batch came to nothing. `prompt` holds no secret.
 */
export async function batchedTurn(
  attempt: Attempt,
  key: string,
  mind: Mind,
  prompt: Prompt,
  origin: Origin,
): Promise<Turned | undefined> {
  const { kernel, run } = attempt
  if (run.lane !== 'background' || !Object.values(kernel.models).some((tier) => tier.some((one) => one.batch)))
    return undefined
  const row = await batchOf(attempt, key)
  if (row) {
    const isOver = row.ended_at !== null && row.state !== 'answered'
    // What the first company sent, before this copy of it was made, is its own to take up.
    return isOver || row.id !== batchKey(attempt, key) ? undefined : goOn(attempt, row, mind, prompt, origin)
  }
  const rung = await choose(attempt, mind)
  if (!rung) return undefined
  const intended = await intend(attempt, key, rung, prompt)
  if (intended && 'kind' in intended) return intended.end
  return intended && send(attempt, await deskOf(kernel, rung.choice), rung.choice, intended, prompt)
}

type BatchRung = Rung & { readonly choice: Batching }

/** The model that would answer now, if its turns may wait in batches. */
async function choose(attempt: Attempt, mind: Mind): Promise<BatchRung | undefined> {
  const { kernel, run } = attempt
  if (run.deadline_at !== null && run.deadline_at < later(kernel.clock.now(), longestBatch)) return undefined
  const ruling = await obey(attempt, mind)
  if (ruling.kind !== 'go') return undefined
  const [first] = pick(kernel.models, ruling.tier)
  const { choice } = first
  if (choice.batch === undefined || ruling.barred.has(choice.provider)) return undefined
  if (kernel.breakers.shut().has(accountOf(kernel.models, choice) ?? '')) return undefined
  if (choice.secrets.some((name) => kernel.vault.secret(name) === undefined)) return undefined
  return { ...first, choice: { ...choice, batch: choice.batch } }
}

/**
 * Sets the money aside and writes down that it is about to be sent; `undefined` when a purse is short, or its account has no room in this
 * hour: another may. An hour that has no room for anybody has even less for the usual price.
 */
async function intend(
  attempt: Attempt,
  step: string,
  rung: BatchRung,
  prompt: Prompt,
): Promise<Batched | OverHour | undefined> {
  const { kernel, task } = attempt
  const { choice } = rung
  const id = batchKey(attempt, step)
  const scopes = await scopesOf(attempt)
  const usual = await kernel.pricing.worstCase(choice, mostTokensIn(prompt), choice.maxOutputTokens)
  const spender = spenderOf(attempt, step, choice.provider)
  const price = batchPrice(choice, usual)
  const afforded = await kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    if (choice.price === 'free') {
      await intendBatch(tx, attempt, { id, step, model: choice.name })
      return true
    }
    const over = await overHour(tx, attempt, choice.provider, price)
    if (over) return over.account === undefined ? over : false
    await limitNew(tx, attempt, scopes)
    const got = await kernel.budget.reserve(tx, spender, scopes, price)
    if (!got.ok) return false
    await kernel.budget.send(tx, got.reservation)
    await intendBatch(tx, attempt, { id, step, model: choice.name, reservation: got.reservation })
    return true
  })
  if (typeof afforded !== 'boolean') return afforded
  return afforded ? batchOf(attempt, step) : undefined
}

/**
 * Sends it, and puts the task off; under a pause it is put off unsent. What a provider refuses, and what its account may not be asked any
 * more, is not paid for; where it says nothing, it is looked for later.
 */
async function send(
  attempt: Attempt,
  desk: BatchDesk,
  choice: Batching,
  row: Batched,
  prompt: Prompt,
): Promise<Turned | undefined> {
  const { kernel } = attempt
  const paused = pauseFault(attempt)
  if (paused) return { kind: 'postponed', fault: paused, until: kernel.clock.now() }
  if (turnTo(attempt, choice.provider)) return lose(attempt, row, 'cancelled')
  try {
    kernel.crash?.before('call')
    const batch = await briefly(kernel, attempt.signal, choice.name, (signal) =>
      desk.start(row.id, questionOf(choice, prompt, signal)),
    )
    kernel.crash?.after('call')
    await kernel.store.write((tx) => sentBatch(tx, kernel, row, batch))
    return wait(attempt, row)
  } catch (caught) {
    return faultIn(caught).code === 'model.refused' ? lose(attempt, row, 'refused') : wait(attempt, row)
  }
}

async function goOn(
  attempt: Attempt,
  row: Batched,
  mind: Mind,
  prompt: Prompt,
  origin: Origin,
): Promise<Turned | undefined> {
  const { kernel, signal } = attempt
  const choice = batchingModel(kernel, row.model)
  // Whoever took the model out of the config, or its batches, wants an answer by another way.
  if (!choice) return undefined
  const desk = await deskOf(kernel, choice)
  try {
    const here = await briefly(kernel, signal, choice.name, (brief) => located(kernel, desk, row, brief))
    if (here === 'absent') return await sendAgain(attempt, desk, choice, row, mind, prompt)
    if (here === 'unsure') return overdue(attempt, row)
    const looked = await briefly(kernel, signal, choice.name, (brief) =>
      desk.look(here.batch, row.id, questionOf(choice, prompt, brief)),
    )
    if (looked.state === 'waits') return overdue(attempt, here)
    if (looked.state === 'lost') return lose(attempt, here, looked.how)
    return take(attempt, choice, here, mind, looked, origin)
  } catch (caught) {
    // What cannot be looked at now waits; an answer that cannot be read stays so.
    faultIn(caught)
    return overdue(attempt, row)
  }
}

/** What never got there is sent as if it were new: as far as the operator's controls let it now. */
async function sendAgain(
  attempt: Attempt,
  desk: BatchDesk,
  choice: Batching,
  row: Batched,
  mind: Mind,
  prompt: Prompt,
): Promise<Turned | undefined> {
  const ruling = await obey(attempt, mind)
  return ruling.kind === 'go' ? send(attempt, desk, choice, row, prompt) : ruling
}

/** The answer becomes the step, at its true cost. */
async function take(
  attempt: Attempt,
  choice: Batching,
  row: Batched,
  mind: Mind,
  { turn }: Extract<Looked, { state: 'answered' }>,
  origin: Origin,
): Promise<Turned> {
  const { kernel } = attempt
  const { tokensIn, tokensOut, cached } = turn.usage
  const cost = batchPrice(choice, await kernel.pricing.cost(choice, tokensIn, tokensOut, cached))
  const standing = pick(kernel.models, mind.tier).find((one) => one.choice.name === choice.name)
  const lower = standing === undefined || standing.tier === mind.tier ? {} : { rung: standing.name }
  const output = { turn, model: choice.name, ...lower } as unknown as Json
  const use = { model: choice.name, rung: standing?.name ?? 'batch', tokensIn, tokensOut }
  const bill = async (tx: Tx): Promise<void> => {
    if (row.reservation_id) await kernel.budget.settle(tx, row.reservation_id, cost)
    await endBatch(tx, kernel, row, 'answered')
  }
  await commitWithTruth(kernel.store, bill, async (tx) => {
    const asked = { key: row.step, kind: 'model', startedAt: row.intended_at }
    await recordStep(tx, attempt, { ...asked, output, origin, cost, model: use })
  })
  return { kind: 'turned', turn, model: choice.name, ...lower, replayed: false }
}

/** It came to nothing and is not paid for: the turn is asked in the ordinary way. */
async function lose(attempt: Attempt, row: Batched, how: 'expired' | 'refused' | 'cancelled'): Promise<undefined> {
  const { kernel } = attempt
  await kernel.store.write(async (tx) => {
    if (row.reservation_id) await kernel.budget.settle(tx, row.reservation_id, microUsd(0))
    await endBatch(tx, kernel, row, how)
  })
}

/** Waits on; but what is silent beyond every window may have been paid for, and is booked so when the attempt ends. */
async function overdue(attempt: Attempt, row: Batched): Promise<Turned | undefined> {
  const { kernel } = attempt
  if (!isOverdue(row, kernel.clock.now())) return wait(attempt, row)
  await kernel.store.write((tx) => endBatch(tx, kernel, row, row.batch === null ? 'expired' : 'unreadable'))
  return undefined
}

function wait({ kernel, task }: Attempt, row: Batched): Turned {
  const until = nextLook(row, kernel.clock.now())
  const words = { task: task.name, model: row.model, at: isoInstant(until) }
  return { kind: 'postponed', until, fault: fault('model.batched', words) }
}

function questionOf(choice: Batching, prompt: Prompt, signal: AbortSignal): Question {
  return { ...prompt, maxOutputTokens: choice.maxOutputTokens, signal }
}
