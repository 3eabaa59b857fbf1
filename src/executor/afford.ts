import type { Question } from '../models/ask.ts'
import { cheaper, pick, type Rung } from '../models/ladder.ts'
import { mostTokensIn } from '../models/measure.ts'
import type { ReservationId } from '../values/id.ts'
import type { Attempt } from './attempt.ts'
import { deferStep } from './defer.ts'
import type { Performed } from './ending.ts'
import type { Mind } from './model-turn.ts'
import { askForMoney, type Shortage } from './money-gate.ts'
import { limitMonth, scopesOf } from './purse.ts'
import { afterOthers } from './repeat.ts'

/** A turn that is paid for: who answers it, and the money that is set aside; none for a model that is free. */
export interface Afforded {
  readonly kind: 'afforded'
  readonly rung: Rung
  readonly question: Question
  readonly reservation: ReservationId | undefined
}

/** Reserves the worst case of a turn and marks it as sent; where a purse is short, does what the task's budget says (`whenSpent`). */
export async function afford(
  attempt: Attempt,
  key: string,
  mind: Mind,
  asked: Omit<Question, 'maxOutputTokens'>,
): Promise<Afforded | Exclude<Performed, { kind: 'done' }>> {
  const { place } = attempt
  const rungs = pick(attempt.kernel.models, mind.tier)
  const first = await reserve(attempt, key, rungs[0], asked)
  if ('kind' in first) return first
  const whenSpent = place.node.budget?.whenSpent ?? place.plan.budget?.whenSpent ?? 'ask'
  switch (whenSpent) {
    case 'stop':
      return (await afterOthers(attempt, first)) ?? { kind: 'fault', fault: { ...first.fault, retry: 'never' } }
    case 'ask':
      return askForMoney(attempt, key, first)
    case 'downgrade': {
      for (const rung of cheaper(rungs, mind.lowest)) {
        const less = await reserve(attempt, key, rung, asked)
        if ('kind' in less) return less
      }
      return askForMoney(attempt, key, first, 'No cheaper model can be paid either. ')
    }
    case 'defer': {
      const deferred = await deferStep(attempt, first)
      return deferred.kind === 'postponed' ? deferred : askForMoney(attempt, key, first, `${deferred.why} `)
    }
    default:
      return whenSpent satisfies never
  }
}

async function reserve(
  attempt: Attempt,
  key: string,
  rung: Rung,
  asked: Omit<Question, 'maxOutputTokens'>,
): Promise<Afforded | Shortage> {
  const { kernel, task, run } = attempt
  const question: Question = { ...asked, maxOutputTokens: rung.choice.maxOutputTokens }
  if (rung.choice.price === 'free') return { kind: 'afforded', rung, question, reservation: undefined }
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
  if (reserved.ok) return { kind: 'afforded', rung, question, reservation: reserved.reservation }
  const { scope, left, limit, fault } = reserved
  return { scope, left, limit, needed: worst, fault }
}
