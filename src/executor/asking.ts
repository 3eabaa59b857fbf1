import type { Attempt } from './attempt.ts'

// By the signal, of which each attempt has one of its own, whatever copies of it are handed on.
const asked = new WeakMap<AbortSignal, string>()

/** Notes whom an attempt asks now. */
export function asking({ signal }: Pick<Attempt, 'signal'>, account: string): void {
  asked.set(signal, account)
}

/** The account that an attempt asks, or has asked last. */
export function askedOf({ signal }: Pick<Attempt, 'signal'>): string | undefined {
  return asked.get(signal)
}

// By the signal too.
const given = new WeakMap<AbortSignal, string>()

/** Notes which agent an attempt's task was given, where its plan names a role. */
export function noteGiven({ signal }: Pick<Attempt, 'signal'>, agent: string): void {
  given.set(signal, agent)
}

/** The agent that an attempt's task was given, once that is known. */
export function givenTo({ signal }: Pick<Attempt, 'signal'>): string | undefined {
  return given.get(signal)
}
