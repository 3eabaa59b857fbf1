import { type Fault, isFault } from '../values/fault.ts'
import { placeIn } from './place-in.ts'

/** Why a test failed: an assertion in its author's words, or a fault of ours with its next step. */
export interface WhyFailed {
  readonly message: string
  readonly fault: Pick<Fault, 'code' | 'message' | 'next'> | null
  /** Where in the company: `workflows/newsletter.test.ts:12:5`. */
  readonly at: string | null
}

/** Reads the error of Node's test runner; `undefined` when only tests within this one failed. */
export function whyFailed(error: Error, folder: string): WhyFailed | undefined {
  if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined
  const cause: unknown = error.cause ?? error.message
  if (!(cause instanceof Error)) return { message: String(cause), fault: null, at: null }
  const at = placeIn(cause.stack ?? '', folder)
  // A Refusal has come from another process: of its class only the name is left.
  const fault = 'fault' in cause && isFault(cause.fault) ? cause.fault : null
  if (fault) {
    const { code, message, next } = fault
    return { message: `${code}: ${message}`, fault: { code, message, next }, at }
  }
  return { message: cause.message, fault: null, at }
}

// Node prints the place in its own sources first, then the error, then its own stack.
const ownLines = /^\s*(node:|at |throw |\^+$)|^Node\.js v|^$/

/** Reads why a file could not be run out of what its process said. */
export function fileFailure(said: string): WhyFailed {
  const lines = said.split('\n').filter((line) => !ownLines.test(line))
  return { message: lines.join('\n') || 'its process ended before its tests did', fault: null, at: null }
}
