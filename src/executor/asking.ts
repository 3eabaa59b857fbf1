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
