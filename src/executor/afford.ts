import type { Question } from '../models/ask.ts'
import type { Rung } from '../models/ladder.ts'
import { mostTokensIn } from '../models/measure.ts'
import { mostOutputFor } from '../models/price.ts'
import type { ReservationId } from '../values/id.ts'
import type { Usd } from '../values/money.ts'
import type { Attempt } from './attempt.ts'
import type { Shortage } from './money-gate.ts'
import { type OverHour, overHour, turnTo } from './obey.ts'
import { limitNew, scopesOf, spenderOf } from './purse.ts'

/** A call that is paid for: who answers it, and the money that is set aside; none for a model that is free. */
export interface Afforded {
  readonly kind: 'afforded'
  readonly rung: Rung
  readonly question: Question
  readonly reservation: ReservationId | undefined
  /** Set where the purse gave no more than a shorter answer: what the whole one would have taken. */
  readonly short?: Shortage
}

/** A purse that cannot give what a call may cost. */
export interface Short {
  readonly kind: 'short'
  readonly short: Shortage
}

// Half a page. With less, an answer is most often cut off: paid for, and good for nothing.
const leastOutput = 256

/** Reserves the worst case of a call and marks it as sent, as far as the operator's controls let its account be asked. */
export async function afford(
  attempt: Attempt,
  key: string,
  rung: Rung,
  asked: Omit<Question, 'maxOutputTokens'>,
): Promise<Afforded | Short | OverHour> {
  const { choice } = rung
  const bar = turnTo(attempt, choice.provider)
  if (bar) return bar
  const question: Question = { ...asked, maxOutputTokens: choice.maxOutputTokens }
  if (choice.price === 'free') return { kind: 'afforded', rung, question, reservation: undefined }
  const { pricing } = attempt.kernel
  const worst = await pricing.worstCase(choice, mostTokensIn(question), choice.maxOutputTokens)
  return reserve(attempt, key, rung, question, worst)
}

/** The longest answer that what is left still pays, where that is worth asking for: overspending stays impossible. */
export async function affordShorter(
  attempt: Attempt,
  key: string,
  rung: Rung,
  asked: Omit<Question, 'maxOutputTokens'>,
  short: Shortage,
): Promise<Afforded | Short | OverHour> {
  const { choice } = rung
  const { pricing } = attempt.kernel
  const tokensIn = mostTokensIn({ ...asked })
  const fits = await mostOutputFor(pricing, choice, tokensIn, short.left)
  if (fits < leastOutput || fits >= choice.maxOutputTokens) return { kind: 'short', short }
  const question: Question = { ...asked, maxOutputTokens: fits }
  const got = await reserve(attempt, key, rung, question, await pricing.worstCase(choice, tokensIn, fits))
  if (got.kind === 'over') return got
  return got.kind === 'afforded' ? { ...got, short } : { kind: 'short', short }
}

async function reserve(
  attempt: Attempt,
  key: string,
  rung: Rung,
  question: Question,
  worst: Usd,
): Promise<Afforded | Short | OverHour> {
  const { kernel, task } = attempt
  const account = rung.choice.provider
  const scopes = await scopesOf(attempt)
  const spender = spenderOf(attempt, key, account)
  const reserved = await kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    const over = await overHour(tx, attempt, account, worst)
    if (over) return over
    await limitNew(tx, attempt, scopes)
    const got = await kernel.budget.reserve(tx, spender, scopes, worst)
    if (got.ok) await kernel.budget.send(tx, got.reservation)
    return got
  })
  if ('kind' in reserved) return reserved
  if (reserved.ok) return { kind: 'afforded', rung, question, reservation: reserved.reservation }
  const { scope, left, limit, fault } = reserved
  return { kind: 'short', short: { scope, left, limit, needed: worst, fault } }
}
