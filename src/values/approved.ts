import type { Schema } from './schema.ts'

declare const brand: unique symbol

/** What a value carries once an operator has approved it at a gate. Only a gate hands it out; at run time it is not there. */
export interface ApprovedMark {
  readonly [brand]: 'Approved'
}

/** A value that went through a gate. An outward action's input may demand it, and the compiler then refuses a bare draft. */
export type Approved<T> = T & ApprovedMark

/**
 * A schema whose value must come from a gate: for the input of an outward action. It parses what `schema` parses; that the
 * value is the one that was approved is the work of `check` before the run and of the executor in it.
 */
export function approved<T>(schema: Schema<T>): Schema<Approved<T>> {
  return schema as Schema<unknown> as Schema<Approved<T>>
}
