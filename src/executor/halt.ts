import { type Fault, Refusal } from '../values/fault.ts'
import type { Instant } from '../values/time.ts'
import type { AttemptEnd } from './ending.ts'

/** Why a control stopped an attempt: its task waits until then, and no try is used up. */
export class Halt extends Refusal {
  readonly until: Instant
  constructor(why: Fault, until: Instant) {
    super(why)
    this.name = 'Halt'
    this.until = until
  }
}

/** What a control stopped this attempt for, if one did. */
export function haltOf({ reason }: AbortSignal): Halt | undefined {
  return reason instanceof Halt ? reason : undefined
}

/** The end of an attempt that was halted: it waits, unless it had come to an end, or had learned something that must be kept. */
export function haltedEnd({ fault, until }: Halt, end: AttemptEnd): AttemptEnd {
  const waits = end.kind === 'postponed' || (end.kind === 'fault' && end.also === undefined)
  return waits ? { kind: 'postponed', fault, until } : end
}

/**
 * What ends a call to an adapter: all that ends the attempt but a halt. A call that has left is let end, which its time bounds:
 * cut off, nobody would know whether it happened.
 */
export function endsCalls(signal: AbortSignal): AbortSignal {
  const calls = new AbortController()
  const pass = (): void => {
    if (!haltOf(signal)) calls.abort(signal.reason)
  }
  if (signal.aborted) pass()
  else signal.addEventListener('abort', pass, { once: true })
  return calls.signal
}
