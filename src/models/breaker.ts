import { atMostADay } from '../values/asked-pause.ts'
import type { Fault } from '../values/fault.ts'
import { type Clock, type Duration, type Instant, later, milliseconds, minutes, seconds } from '../values/time.ts'

/**
 * What went wrong with a call, as far as it says something of the account. `limited`: too many requests (429). `down`: a server's error
 * (5xx), no connection, one that was cut. `silent`: no answer in time. `malformed`: an answer outside the protocol. `unfit`: a good answer
 * that misses the schema, which speaks of the model rather than of the account. `locked`: the key or the bill (401, 402, 403).
 */
export type Failure = 'limited' | 'down' | 'silent' | 'malformed' | 'unfit' | 'locked'

/** The breaker of one account. `failures` counts those in a row, by kind; `trips` how often in a row it opened. */
export type Breaker =
  | {
      readonly state: 'closed'
      readonly failures: Readonly<Partial<Record<Failure, number>>>
      readonly trips: number
      /** The agent that was last given an answer which missed its schema. */
      readonly unfitFor?: string
    }
  | { readonly state: 'open'; readonly until: Instant; readonly why: Fault; readonly trips: number }
  /** One call is on its way to see whether the account is back; `until` it counts as lost. */
  | { readonly state: 'half-open'; readonly until: Instant; readonly why: Fault; readonly trips: number }

/** What a breaker hears. `chance` in [0, 1) spreads the pause. */
export type BreakerEvent =
  | { readonly kind: 'asked'; readonly at: Instant; readonly mayTake: Duration }
  | { readonly kind: 'answered' }
  | { readonly kind: 'given-up' }
  | {
      readonly kind: 'failed'
      readonly at: Instant
      readonly failure: Failure
      readonly why: Fault
      readonly retryAfter?: Duration
      /** Which agent. One whose schema is too hard, or whose new version is broken, says nothing of the account, however often it asks. */
      readonly askedBy?: string
      readonly chance: number
    }

export const closedBreaker: Breaker = { state: 'closed', failures: {}, trips: 0 }

// How many in a row open it. A limit and a locked account are the provider's own word; a cut connection happens; a model that misses
// its schema is most often given a schema that is too hard: only where one agent after the other is disappointed is it the account.
const mostInARow: Readonly<Record<Failure, number>> = {
  limited: 1,
  locked: 1,
  silent: 2,
  down: 3,
  malformed: 3,
  unfit: 10,
}
const firstPause = seconds(5)
const longestPause = minutes(5)
// A key that is wrong stays wrong until somebody sets it: a look every ten minutes costs nothing.
const lockedPause = minutes(10)

/** What becomes of a breaker. Reads no clock. */
export function nextBreaker(breaker: Breaker, event: BreakerEvent): Breaker {
  switch (event.kind) {
    case 'answered':
      return closedBreaker
    case 'asked':
      return breaker.state === 'open' || breaker.state === 'half-open'
        ? { ...breaker, state: 'half-open', until: later(event.at, event.mayTake) }
        : breaker
    // A look that came to nothing (its task was cancelled) says nothing: the next one looks.
    case 'given-up':
      return breaker.state === 'half-open' ? { ...breaker, state: 'open', until: 0 as Instant } : breaker
    case 'failed':
      return afterFailure(breaker, event)
    default:
      return event satisfies never
  }
}

/** True where a call may go out at this instant. */
function admits(breaker: Breaker, at: Instant): boolean {
  return breaker.state === 'closed' || breaker.until <= at
}

function afterFailure(breaker: Breaker, event: Extract<BreakerEvent, { kind: 'failed' }>): Breaker {
  const { failure, at, why } = event
  // Calls that were under way when it opened tell nothing new, but a provider that says for how long is believed.
  if (breaker.state === 'open') {
    const until = event.retryAfter === undefined ? breaker.until : later(at, atMostADay(event.retryAfter))
    return { ...breaker, until: Math.max(breaker.until, until) as Instant }
  }
  if (failure === 'unfit' && breaker.state === 'closed' && event.askedBy !== undefined) {
    if (breaker.unfitFor === event.askedBy) return breaker
  }
  const count = breaker.state === 'closed' ? (breaker.failures[failure] ?? 0) + 1 : mostInARow[failure]
  // Whoever names a time has said that it is no use before.
  const most = (event.retryAfter ?? 0) > 0 ? 1 : mostInARow[failure]
  if (breaker.state === 'closed' && count < most)
    return {
      ...breaker,
      failures: { ...breaker.failures, [failure]: count },
      ...(failure === 'unfit' && event.askedBy !== undefined ? { unfitFor: event.askedBy } : {}),
    }
  const trips = breaker.trips + 1
  return { state: 'open', until: later(at, pauseOf(event, trips)), why, trips }
}

/** Doubles with each time in a row, and is spread by a fifth, so that accounts that fell together do not come back together. */
function pauseOf({ failure, retryAfter, chance }: Extract<BreakerEvent, { kind: 'failed' }>, trips: number): Duration {
  const grown = Math.min(firstPause * 2 ** Math.min(trips - 1, 10), longestPause)
  const own = failure === 'locked' ? lockedPause : grown
  const spread = milliseconds(own * (0.9 + 0.2 * chance))
  return retryAfter === undefined ? spread : (Math.max(atMostADay(retryAfter), 1) as Duration)
}

/** A failed call, as the registry is told of it. */
export interface Failed {
  readonly failure: Failure
  readonly why: Fault
  readonly retryAfter?: Duration
  readonly askedBy?: string
}

/** What opened or closed, for whoever journals it and says in which mode the company is. */
export type Change =
  | { readonly account: string; readonly state: 'opened'; readonly until: Instant; readonly why: Fault }
  | { readonly account: string; readonly state: 'closed' }

/** An account that is shut. `probing`: a call is on its way to see whether it is back. */
export interface Shut {
  readonly until: Instant
  readonly why: Fault
  readonly probing: boolean
}

/**
 * The breakers of all accounts: of model providers as `accountOf` names them (`openai`), of adapters by `adapter:NAME`. In memory: after a restart
 * each is closed, and the first failures tell.
 */
export interface Breakers {
  /**
   * True where a call may go out now; the caller then tells its end by `answered`, `failed` or `givenUp`. Of an account that was shut, one
   * call at a time finds out whether it is back; after `mayTake` it counts as lost.
   */
  admit(account: string, mayTake: Duration): boolean
  answered(account: string): void
  failed(account: string, failed: Failed): void
  givenUp(account: string): void
  /** The accounts that are shut now, with why, and when they are looked at again (in the past: at the next call). */
  shut(): ReadonlyMap<string, Shut>
  /** Calls back with each change, until the returned function is called. */
  onChange(told: (change: Change) => void): () => void
}

export function openBreakers(clock: Clock, random: () => number): Breakers {
  const all = new Map<string, Breaker>()
  const listeners = new Set<(change: Change) => void>()
  const of = (account: string): Breaker => all.get(account) ?? closedBreaker

  function hear(account: string, event: BreakerEvent): void {
    const before = of(account)
    const after = nextBreaker(before, event)
    if (after === closedBreaker) all.delete(account)
    else all.set(account, after)
    const change = changeOf(account, before, after)
    if (change) for (const told of listeners) told(change)
  }

  return {
    admit(account, mayTake) {
      const at = clock.now()
      if (!admits(of(account), at)) return false
      hear(account, { kind: 'asked', at, mayTake })
      return true
    },
    answered: (account) => hear(account, { kind: 'answered' }),
    failed: (account, failed) => hear(account, { kind: 'failed', at: clock.now(), chance: random(), ...failed }),
    givenUp: (account) => hear(account, { kind: 'given-up' }),
    shut: () =>
      new Map(
        [...all].flatMap(([account, breaker]) =>
          breaker.state === 'closed' ? [] : [[account, shutBy(breaker)] as const],
        ),
      ),
    onChange(told) {
      listeners.add(told)
      return () => listeners.delete(told)
    },
  }
}

function shutBy({ state, until, why }: Exclude<Breaker, { state: 'closed' }>): Shut {
  return { until, why, probing: state === 'half-open' }
}

/** Open and half-open are one to the outside: the account is shut until a call has been answered. */
function changeOf(account: string, before: Breaker, after: Breaker): Change | undefined {
  if (before.state === 'closed' && after.state === 'open')
    return { account, state: 'opened', until: after.until, why: after.why }
  return before.state !== 'closed' && after.state === 'closed' ? { account, state: 'closed' } : undefined
}
