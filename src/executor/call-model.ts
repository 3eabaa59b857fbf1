import { ask, type Turn } from '../models/ask.ts'
import type { Failed } from '../models/breaker.ts'
import { CallFailed, type Verdict, verdictOf } from '../models/call-failed.ts'
import { accountOf } from '../models/ladder.ts'
import { openModel } from '../models/open.ts'
import { isPractice } from '../store/practice.ts'
import type { Tx } from '../store/store.ts'
import type { Speech } from '../telemetry/speaking.ts'
import { type Fault, fault, faultIn, refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd, type Usd } from '../values/money.ts'
import { type Duration, formatDuration, type Instant, later } from '../values/time.ts'
import type { Afforded } from './afford.ts'
import { type Attempt, recordFailedStep, recordStep } from './attempt.ts'
import { longestGap } from './call-time.ts'
import { keepAnswer } from './kept-answer.ts'
import type { Mind, Wanted } from './model-turn.ts'
import { readAnswer } from './read-answer.ts'
import { commitWithTruth, isStale } from './truth.ts'

export type Called =
  | { readonly kind: 'answered'; readonly turn: Turn; readonly output: Json }
  | { readonly kind: 'failed'; readonly fault: Fault; readonly verdict: Verdict }

/** A call that is about to be made, of which step, and for how long it may take. */
export interface Call extends Wanted {
  readonly afforded: Afforded
  readonly mayTake: Duration
  /** Set where it finds out whether an account that was shut is back. */
  readonly looks: boolean
}

/**
 * One request to one model that was paid for and let through by its breaker. Its answer and true cost are committed together; of a
 * failure what it is known or feared to cost. The breaker hears how it went, whatever happens.
 */
export async function callModel(attempt: Attempt, call: Call): Promise<Called> {
  const startedAt = attempt.kernel.clock.now()
  const asked = await request(attempt, call)
  if (asked.kind === 'failed') return fail(attempt, call, startedAt, asked)
  const heard = complaint(call.mind, asked.turn)
  // A version that is only tried out may miss its form as often as it likes: the account has answered, and others work with it.
  tell(attempt, call, isPractice(attempt.run) ? 'good' : heard)
  return record(attempt, call, startedAt, asked.turn, heard === 'good')
}

type Asked =
  | { readonly kind: 'asked'; readonly turn: Turn }
  | { readonly kind: 'failed'; readonly fault: Fault; readonly verdict: Verdict; readonly left: boolean }

/** Asks the model; what it throws becomes a value, and its silence is a failure of its own. Whoever waits hears it speak. */
async function request(attempt: Attempt, { afforded, mayTake }: Call): Promise<Asked> {
  const { kernel, signal, task } = attempt
  const { vault, clock } = kernel
  const { choice } = afforded.rung
  const silent = (why: string) => new CallFailed(fault('model.unreachable', { model: choice.name, why }), unheard)
  const late = new AbortController()
  const stopWaiting = clock.wake(later(clock.now(), mayTake), () =>
    late.abort(silent(`it gave no answer in ${formatDuration(mayTake)}`)),
  )
  const stalled = silent(`its answer stood still for ${formatDuration(longestGap)}`)
  const speech = task.lane === 'interactive' ? speechOf(attempt, choice.name) : undefined
  const how = speech && { clock, longestGap, silent: stalled, heard: speech.say }
  let left = false
  try {
    const secret = (name: string): string =>
      vault.secret(name) ?? refuse('secret.missing', { adapter: choice.name, name })
    const model = await openModel(choice, secret)
    left = true
    const turn = await ask(model, { ...afforded.question, signal: AbortSignal.any([signal, late.signal]) }, how)
    return { kind: 'asked', turn }
  } catch (caught) {
    return { kind: 'failed', fault: faultIn(caught), verdict: left ? verdictOf(caught) : unsent, left }
  } finally {
    stopWaiting()
    speech?.end()
  }
}

function speechOf({ kernel, run, task }: Attempt, model: string): Speech {
  return kernel.speaking.begin({ run: run.id, task: task.id, name: task.name, model })
}

const unheard: Verdict = { failure: 'silent', owed: 'unknown', ofAccount: true }
// There is no key to ask with.
const unsent: Verdict = { owed: 'nothing', ofAccount: true }

async function record(attempt: Attempt, call: Call, startedAt: Instant, turn: Turn, good: boolean): Promise<Called> {
  const { kernel } = attempt
  const { key, mind, afforded, origin } = call
  const { rung } = afforded
  const { tokensIn, tokensOut, cached } = turn.usage
  const cost = await kernel.pricing.cost(rung.choice, tokensIn, tokensOut, cached)
  const answered = { turn: turn as unknown as Json, model: rung.choice.name }
  const output: Json = rung.tier === mind.tier ? answered : { ...answered, rung: rung.name }
  const model = { model: rung.choice.name, rung: rung.name, tokensIn, tokensOut }
  // The bill is true whatever became of this attempt; the step counts only under its fence.
  await commitWithTruth(kernel.store, settling(attempt, call, cost), async (tx) => {
    const { seq } = await recordStep(tx, attempt, { key, kind: 'model', output, origin, cost, model, startedAt })
    if (good) await keepAnswer(tx, attempt, call, turn, seq)
  })
  return { kind: 'answered', turn, output }
}

async function fail(
  attempt: Attempt,
  call: Call,
  startedAt: Instant,
  { fault: why, verdict, left }: Extract<Asked, { kind: 'failed' }>,
): Promise<Called> {
  const { kernel, signal } = attempt
  const { key, afforded } = call
  const { failure, retryAfter } = verdict
  const pause = retryAfter === undefined ? {} : { retryAfter }
  tell(attempt, call, failure === undefined || signal.aborted ? 'nothing' : { failure, why, ...pause })
  const truth =
    verdict.owed === 'nothing'
      ? settling(attempt, call, microUsd(0))
      : async (tx: Tx): Promise<void> => {
          if (afforded.reservation) await kernel.budget.doubt(tx, afforded.reservation)
        }
  try {
    await commitWithTruth(kernel.store, truth, async (tx) => {
      if (left)
        await recordFailedStep(tx, attempt, {
          key,
          kind: 'model',
          model: afforded.rung.choice.name,
          fault: why,
          startedAt,
        })
    })
  } catch (error) {
    // An attempt that was overtaken learns so from its end; what failed in it is nobody's step.
    if (!isStale(error)) throw error
  }
  return { kind: 'failed', fault: why, verdict }
}

function settling({ kernel }: Attempt, { afforded }: Call, cost: Usd): (tx: Tx) => Promise<void> {
  return async (tx) => {
    if (afforded.reservation) await kernel.budget.settle(tx, afforded.reservation, cost)
  }
}

/** What an answer that is none of the wanted form says of the model; one that was cut off by our own limit says nothing. */
function complaint({ name = '', output }: Mind, turn: Turn): Failed | 'good' {
  if (output === undefined || turn.toolCalls.length > 0 || turn.finish === 'length') return 'good'
  const answer = readAnswer({ output }, turn)
  if (answer.ok) return 'good'
  return { failure: 'unfit', why: fault('agent.bad-output', { agent: name, why: answer.why }), askedBy: name }
}

function tell({ kernel }: Attempt, { afforded, looks }: Call, heard: Failed | 'good' | 'nothing'): void {
  const account = accountOf(kernel.models, afforded.rung.choice)
  if (account === undefined) return
  if (heard === 'good') kernel.breakers.answered(account)
  else if (heard !== 'nothing') kernel.breakers.failed(account, heard)
  else if (looks) kernel.breakers.givenUp(account)
}
