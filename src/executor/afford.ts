import type { Question } from '../models/ask.ts'
import { cheaper, pick, type Rung } from '../models/ladder.ts'
import { mostTokensIn } from '../models/measure.ts'
import type { ReservationId } from '../values/id.ts'
import type { Attempt } from './attempt.ts'
import { deferStep } from './defer.ts'
import type { Performed } from './ending.ts'
import { agentAtWork } from './hold-back.ts'
import type { Mind } from './model-turn.ts'
import { askForMoney, type Shortage } from './money-gate.ts'
import { type OverHour, obey, overHour, turnTo } from './obey.ts'
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
  const ruling = await obey(attempt, mind)
  if (ruling.kind !== 'go') return ruling
  const all = pick(attempt.kernel.models, ruling.tier)
  const open = all.filter(({ choice }) => !ruling.barred.has(choice.provider))
  const found = await reserveFirst(attempt, key, open, asked)
  if ('kind' in found) return found
  const { short: first, rungs } = found
  const whenSpent = place.node.budget?.whenSpent ?? place.plan.budget?.whenSpent ?? 'ask'
  switch (whenSpent) {
    case 'stop':
      return (await afterOthers(attempt, first)) ?? { kind: 'fault', fault: { ...first.fault, retry: 'never' } }
    case 'ask':
      return askForMoney(attempt, key, first)
    case 'downgrade': {
      for (const rung of cheaper(rungs, mind.lowest)) {
        const less = await reserve(attempt, key, rung, asked)
        if ('kind' in less) return less.kind === 'over' ? less.end : less
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

interface Short {
  readonly short: Shortage
  /** The rung that could not be paid, and those below it. */
  readonly rungs: readonly [Rung, ...Rung[]]
}

/** The first rung; where only its account is throttled, the next of another one. */
async function reserveFirst(
  attempt: Attempt,
  key: string,
  open: readonly Rung[],
  asked: Omit<Question, 'maxOutputTokens'>,
): Promise<Afforded | Short | Exclude<Performed, { kind: 'done' }>> {
  const passed = new Map<string, OverHour>()
  for (const [index, rung] of open.entries()) {
    if (passed.has(rung.choice.provider)) continue
    const got = await reserve(attempt, key, rung, asked)
    if (!('kind' in got)) return { short: got, rungs: [rung, ...open.slice(index + 1)] }
    if (got.kind === 'afforded') return got
    if (got.account === undefined) return got.end
    passed.set(got.account, got)
  }
  const [first] = passed.values()
  if (!first) throw new TypeError('a ruling that bars all accounts is no go')
  return first.end
}

async function reserve(
  attempt: Attempt,
  key: string,
  rung: Rung,
  asked: Omit<Question, 'maxOutputTokens'>,
): Promise<Afforded | Shortage | OverHour> {
  const { kernel, task, run } = attempt
  const account = rung.choice.provider
  const bar = turnTo(attempt, account)
  if (bar) return bar
  const question: Question = { ...asked, maxOutputTokens: rung.choice.maxOutputTokens }
  if (rung.choice.price === 'free') return { kind: 'afforded', rung, question, reservation: undefined }
  const worst = await kernel.pricing.worstCase(rung.choice, mostTokensIn(question), question.maxOutputTokens)
  const scopes = await scopesOf(attempt)
  const agent = agentAtWork(attempt)
  const owner = { run: run.id, task: task.id, subject: task.subject, step: key, fence: task.fence }
  const spender = { ...owner, account, ...(agent === undefined ? {} : { agent }) }
  const reserved = await kernel.store.write(async (tx) => {
    await kernel.queue.assertFence(tx, task.id, task.fence)
    const over = await overHour(tx, attempt, account, worst)
    if (over) return over
    await limitMonth(tx, kernel, scopes)
    const got = await kernel.budget.reserve(tx, spender, scopes, worst)
    if (got.ok) await kernel.budget.send(tx, got.reservation)
    return got
  })
  if ('kind' in reserved) return reserved
  if (reserved.ok) return { kind: 'afforded', rung, question, reservation: reserved.reservation }
  const { scope, left, limit, fault } = reserved
  return { scope, left, limit, needed: worst, fault }
}
