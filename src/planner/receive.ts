import { z } from 'zod'
import type { Doer } from '../values/doer.ts'
import type { Schema } from '../values/schema.ts'

/** What a task that waits is given: the value by which what comes in is known to be for it. */
export interface WaitInput {
  /** An invoice's id, an order's number. Two tasks with one value are answered one after the other, the longest waiting first. */
  readonly match: string
}

/** Something that comes from outside and that a task can wait for. Made by `receive`. */
export interface Receivable<out T> extends Doer<WaitInput, T> {
  readonly kind: 'wait'
}

/**
 * Declares something that comes from outside: `billing.paid`, with the form of its data. A webhook in the config says which of its
 * events it is; `flow.wait` waits for it. Its data is of external origin: it is never an answer at a gate.
 */
export function receive<T>(name: string, data: Schema<T>): Receivable<T> {
  return { kind: 'wait', name, input, output: data } as Receivable<T>
}

// Beyond this it is no key but a text.
const longestMatch = 500
const input = z.object({ match: z.string().min(1).max(longestMatch) })
