import type { Turn } from '../models/ask.ts'
import type { Verdict } from '../models/call-failed.ts'
import { accountOf, pick, type Rung, within } from '../models/ladder.ts'
import { type Fault, Refusal } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { type Afforded, afford, affordShorter, type Short } from './afford.ts'
import { type Attempt, pauseFault } from './attempt.ts'
import { type Called, callModel } from './call-model.ts'
import { type CallTime, timeForCall, timeForTurn } from './call-time.ts'
import type { Performed } from './ending.ts'
import type { Wanted } from './model-turn.ts'
import type { Shortage } from './money-gate.ts'
import type { OverHour, Ruling } from './obey.ts'
import { outOfMoney, whenSpentOf } from './when-spent.ts'

type Ended = Exclude<Performed, { kind: 'done' }>

export type Climbed =
  | { readonly kind: 'answered'; readonly turn: Turn; readonly output: Json; readonly short?: Shortage }
  | Unanswered
  | Ended

/** Nobody answered: who was asked and why not, and who could not be asked at all. */
export interface Unanswered {
  readonly kind: 'unanswered'
  readonly tried: readonly Tried[]
  /** Accounts whose breaker, and rungs that the operator, kept from being asked. */
  readonly shut: readonly string[]
  readonly barred: readonly string[]
}

export interface Tried {
  readonly rung: Rung
  readonly fault: Fault
  readonly verdict: Verdict
}

/**
 * Down the ladder: the models of the tier in the operator's order, then those of lower tiers, until one answers. Each is asked only
 * where its account's breaker lets it and the purse pays; each try has its own reservation. Where somebody waits, one that failed
 * quickly is asked once more.
 */
export async function climb(attempt: Attempt, wanted: Wanted, ruling: Ruling): Promise<Climbed> {
  const { kernel, task } = attempt
  const rungs = within(pick(kernel.models, ruling.tier), wanted.mind.lowest)
  const walk = new Walk(rungs, ruling, ({ choice }) => accountOf(kernel.models, choice) ?? '')
  const time = timeForTurn(attempt)
  const rounds = task.lane === 'interactive' ? 2 : 1
  for (let round = 1; round <= rounds; round += 1) {
    for (const rung of walk.round(round)) {
      const paused = pauseFault(attempt)
      if (paused) return { kind: 'postponed', fault: paused, until: kernel.clock.now() }
      const called = await ask(attempt, wanted, rung, time, walk)
      if (called === undefined) continue
      if (called.kind !== 'failed') return called
      walk.failed({ rung, fault: called.fault, verdict: called.verdict })
      if (attempt.signal.aborted) return { kind: 'fault', fault: called.fault }
    }
  }
  const nobodyTried = walk.tried.size === 0 && walk.shut.size === 0
  if (walk.short && nobodyTried) return outOfMoney(attempt, wanted.key, walk.short)
  if (walk.throttled && nobodyTried) return walk.throttled.end
  return { kind: 'unanswered', tried: [...walk.tried.values()], shut: [...walk.shut], barred: [...walk.barred] }
}

/** One rung: let through, paid for, asked. `undefined` where it could not even be asked. */
async function ask(
  attempt: Attempt,
  wanted: Wanted,
  rung: Rung,
  time: CallTime,
  walk: Walk,
): Promise<Exclude<Climbed, Unanswered> | Extract<Called, { kind: 'failed' }> | undefined> {
  const { kernel } = attempt
  const { breakers } = kernel
  const account = accountOf(kernel.models, rung.choice)
  const shut = breakers.shut()
  const mayTake = timeForCall(attempt, time, !walk.othersAfter(rung, shut))
  if (mayTake === undefined) return undefined
  // Only who looks whether it is back may give that up: others began before it was shut.
  const looks = account !== undefined && shut.has(account)
  if (account !== undefined && !breakers.admit(account, mayTake)) {
    walk.shut.add(account)
    return undefined
  }
  const giveUp = (): void => {
    if (looks) breakers.givenUp(account)
  }
  const { key, prompt } = wanted
  try {
    const paid = await pay(attempt, key, rung, { ...prompt, signal: attempt.signal })
    if (paid.kind === 'over') {
      giveUp()
      if (paid.account === undefined) return paid.end
      walk.over(paid)
      return undefined
    }
    if (paid.kind === 'short') {
      giveUp()
      if (whenSpentOf(attempt) !== 'downgrade') return outOfMoney(attempt, key, paid.short)
      walk.unpaid(rung, paid.short)
      return undefined
    }
    const paused = pauseFault(attempt)
    if (paused) {
      giveUp()
      return giveBack(attempt, paid, paused)
    }
    const called = await callModel(attempt, { ...wanted, afforded: paid, mayTake, looks })
    return called.kind === 'answered' && paid.short ? { ...called, short: paid.short } : called
  } catch (caught) {
    giveUp()
    if (!(caught instanceof Refusal) || caught.fault.code !== 'budget.unknown-price') throw caught
    return { kind: 'failed', fault: caught.fault, verdict: { owed: 'nothing', ofAccount: false } }
  }
}

/** A whole answer where the purse pays it; a shorter one where it pays that, unless a cheaper model is to give a whole one. */
async function pay(
  attempt: Attempt,
  key: string,
  rung: Rung,
  asked: Parameters<typeof afford>[3],
): Promise<Afforded | Short | OverHour> {
  const whole = await afford(attempt, key, rung, asked)
  if (whole.kind !== 'short' || whenSpentOf(attempt) === 'downgrade') return whole
  return affordShorter(attempt, key, rung, asked, whole.short)
}

/** The company was paused while the money was being reserved: nothing has left, and nothing is owed. */
async function giveBack({ kernel }: Attempt, { reservation }: Afforded, why: Fault): Promise<Ended> {
  if (reservation) await kernel.store.write((tx) => kernel.budget.settle(tx, reservation, microUsd(0)))
  return { kind: 'postponed', fault: why, until: kernel.clock.now() }
}

/** What is known of the rungs while they are walked down. */
class Walk {
  readonly tried = new Map<string, Tried>()
  readonly shut = new Set<string>()
  readonly barred: ReadonlySet<string>
  /** What the first purse that was short would have had to give. */
  short: Shortage | undefined
  readonly #rungs: readonly Rung[]
  readonly #accountOf: (rung: Rung) => string
  readonly #unpaid = new Set<string>()
  readonly #over = new Set<string>()
  /** The first account that the operator's controls let nobody ask now. */
  throttled: OverHour | undefined

  constructor(rungs: readonly Rung[], { barred }: Ruling, account: (rung: Rung) => string) {
    this.#accountOf = account
    const isBarred = ({ choice }: Rung): boolean => barred.has(choice.provider)
    this.#rungs = rungs.filter((rung) => !isBarred(rung))
    this.barred = new Set(rungs.filter(isBarred).map(({ choice }) => choice.provider))
  }

  /** Those to be asked in this round, as far as what was learned on the way leaves them. */
  *round(number: number): Generator<Rung> {
    for (const rung of this.#rungs) if (number === 1 ? this.#fresh(rung) : this.#quick(rung)) yield rung
  }

  failed(tried: Tried): void {
    this.tried.set(tried.rung.name, tried)
  }

  /** A model that cannot be paid: the next is one of a lower tier. */
  unpaid(rung: Rung, short: Shortage): void {
    this.short ??= short
    this.#unpaid.add(rung.tier)
  }

  /** An account that may not be asked now: the next is one of another. */
  over(bar: OverHour): void {
    this.throttled ??= bar
    if (bar.account !== undefined) this.#over.add(bar.account)
  }

  /** True where after this rung somebody else may be asked. */
  othersAfter(rung: Rung, shut: ReadonlyMap<string, unknown>): boolean {
    return this.#rungs
      .slice(this.#rungs.indexOf(rung) + 1)
      .some((other) => this.#fresh(other) && !shut.has(this.#accountOf(other)))
  }

  #fresh(rung: Rung): boolean {
    const isClosed = this.#unpaid.has(rung.tier) || this.#over.has(rung.choice.provider)
    return !this.tried.has(rung.name) && !this.#refused(rung) && !isClosed
  }

  /** The request was refused by this account: its other models would say the same. */
  #refused(rung: Rung): boolean {
    const account = this.#accountOf(rung)
    return [...this.tried.values()].some(
      (one) => one.verdict.ofAccount && one.verdict.failure === undefined && this.#accountOf(one.rung) === account,
    )
  }

  /** Worth a second try at once: it was there and stumbled. */
  #quick(rung: Rung): boolean {
    const failure = this.tried.get(rung.name)?.verdict.failure
    return failure === 'down' || failure === 'malformed'
  }
}
