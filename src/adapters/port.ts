import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { EffectKind, Risk } from '../values/risk.ts'
import type { Schema } from '../values/schema.ts'
import type { Duration, Instant } from '../values/time.ts'

/**
 * A canonical action of a port: what it takes and gives, what it risks, and what it leaves behind. Provider-neutral: an adapter
 * performs it. `name` is `port.action`. `E` is kept as a type, so that the compiler can ask for `undo` where it is `reversible`.
 */
export interface Action<in out I, in out O, out E extends EffectKind = EffectKind> {
  readonly kind: 'action'
  readonly name: string
  readonly does: string
  readonly risk: Risk
  readonly effect: E
  readonly input: Schema<I>
  readonly output: Schema<O>
  /** Where what it gives comes from. `external` unless it only says what we did ourselves. */
  readonly origin: Origin
  /**
   * The input fields that are what is sent: an approval must be of exactly them. A path with dots reaches inside
   * (`campaign.issue`). Empty: all of them.
   */
  readonly content: readonly string[]
  /** The handles that it reaches, to hold text from outside from choosing them. */
  readonly recipients?: (input: I) => readonly string[]
  /** The audience (identity id or handle) that it reaches, and whether an approval binds its size. */
  readonly audience?: (input: I) => string
  readonly amount?: (input: I) => { readonly cost: Usd; readonly payee: string }
  /** The earliest instant at which it may be done: the executor lets the task wait until then. */
  readonly notBefore?: (input: I) => Instant | null
  /** What its output says of artifacts that live elsewhere: each becomes a pointer of the task's subject. */
  readonly pointers?: (output: O) => readonly Seen[]
  /** Hashes of the texts that it puts down where `finds` of another action may find them: text from outside stays known as such. */
  readonly leaves?: (input: I) => readonly string[]
  /** Hashes of the texts that it gives, as `leaves` makes them. */
  readonly finds?: (output: O) => readonly string[]
  /** What the run is to keep in mind, once the action is done. */
  readonly keeps?: (input: I) => ToKeep
  /** What its output was taken from, where the output says so itself. */
  readonly from?: (output: O) => Taken
}

/** A small value that a run keeps in mind, for the usual time when none is said. */
export interface ToKeep {
  readonly key: string
  readonly value: unknown
  readonly keepFor?: Duration
}

/** Where something was taken from: its worst origin, and the events that hold it. */
export interface Taken {
  readonly origin: Origin
  readonly sources: readonly number[]
}

/** An artifact as an action saw it, by the provider's own name of it. What is not known is `null`. */
export interface Seen {
  readonly externalId: string
  readonly url: string | null
  readonly title: string | null
  readonly contentHash: string | null
}

// biome-ignore lint/suspicious/noExplicitAny: an action of any input and output; `Action` is invariant in both on purpose
export type AnyAction = Action<any, any>

/** A field, or `field.inner`: what an approval is of. */
export type ContentPath<I> = {
  [K in keyof I & string]: K | (I[K] extends readonly unknown[] ? never : `${K}.${keyof I[K] & string}`)
}[keyof I & string]

/** What an author says of an action of a port; `action` fills in the rest. */
export interface ActionSpec<I, O, E extends EffectKind = EffectKind> {
  readonly does: string
  readonly risk: Risk
  readonly effect: E
  readonly input: Schema<I>
  readonly output: Schema<O>
  readonly origin?: Origin
  readonly content?: readonly ContentPath<I>[]
  readonly recipients?: (input: NoInfer<I>) => readonly string[]
  readonly audience?: (input: NoInfer<I>) => string
  readonly amount?: (input: NoInfer<I>) => { readonly cost: Usd; readonly payee: string }
  readonly notBefore?: (input: NoInfer<I>) => Instant | null
  readonly pointers?: (output: NoInfer<O>) => readonly Seen[]
  readonly leaves?: (input: NoInfer<I>) => readonly string[]
  readonly finds?: (output: NoInfer<O>) => readonly string[]
  readonly keeps?: (input: NoInfer<I>) => ToKeep
  readonly from?: (output: NoInfer<O>) => Taken
}

/** Declares one action of a port. */
export function action<I, O, const E extends EffectKind>(spec: ActionSpec<I, O, E>): Action<I, O, E> {
  return { origin: 'external', content: [], ...spec, kind: 'action', name: '' }
}

/** A set of canonical actions, each also a member of its own: `mail.send`. */
export type Port<A extends Record<string, AnyAction> = Record<string, AnyAction>> = {
  readonly portName: string
  readonly actions: A
} & A

/** A set of canonical actions. Each is reached by its name on the port: `mail.send`. */
export function port<A extends Record<string, AnyAction>>(name: string, actions: A): Port<A> {
  const named = Object.fromEntries(
    Object.entries(actions).map(([key, spec]) => [key, Object.freeze({ ...spec, name: `${name}.${key}` })]),
  ) as A
  return Object.freeze({ portName: name, actions: named, ...named })
}
