import { refuse } from './fault.ts'
import { didYouMean } from './nearest.ts'

/** The keys that an author may give to something: all of them, so that the compiler finds the one that is forgotten here. */
export type Keys<T> = Readonly<Record<keyof T, true>>

/**
 * Refuses a key that means nothing (`config.unknown-key`). Node takes the types out and does not look at them: a limit whose name is
 * misspelled would be no limit.
 */
export function demandKeys<T extends object>(what: string, given: T, known: Keys<T>): void {
  const key = Object.keys(given).find((one) => !Object.hasOwn(known, one))
  if (key !== undefined) refuse('config.unknown-key', { what, key, nearest: didYouMean(key, Object.keys(known)) })
}
