import type { Usd } from '../values/money.ts'
import type { Origin } from '../values/origin.ts'
import type { EffectKind, Risk } from '../values/risk.ts'
import type { Schema } from '../values/schema.ts'

/**
 * A canonical action of a port: what it takes and gives, what it risks, and what it leaves behind. Provider-neutral: an adapter
 * performs it. `name` is `port.action`.
 */
export interface Action<in out I, in out O> {
  readonly kind: 'action'
  readonly name: string
  readonly does: string
  readonly risk: Risk
  readonly effect: EffectKind
  readonly input: Schema<I>
  readonly output: Schema<O>
  /** Where what it gives comes from. `external` unless it only says what we did ourselves. */
  readonly origin: Origin
  /** The input fields that are what is sent: an approval must be of exactly them. Empty: all of them. */
  readonly content: readonly string[]
  /** The handles that it reaches, to hold text from outside from choosing them. */
  readonly recipients?: (input: I) => readonly string[]
  /** The audience (identity id or handle) that it reaches, and whether an approval binds its size. */
  readonly audience?: (input: I) => string
  readonly amount?: (input: I) => { readonly cost: Usd; readonly payee: string }
}

// biome-ignore lint/suspicious/noExplicitAny: an action of any input and output; `Action` is invariant in both on purpose
export type AnyAction = Action<any, any>

export interface ActionSpec<I, O> {
  readonly does: string
  readonly risk: Risk
  readonly effect: EffectKind
  readonly input: Schema<I>
  readonly output: Schema<O>
  readonly origin?: Origin
  readonly content?: readonly (keyof I & string)[]
  readonly recipients?: (input: NoInfer<I>) => readonly string[]
  readonly audience?: (input: NoInfer<I>) => string
  readonly amount?: (input: NoInfer<I>) => { readonly cost: Usd; readonly payee: string }
}

/** Declares one action of a port. */
export function action<I, O>(spec: ActionSpec<I, O>): Action<I, O> {
  return { origin: 'external', content: [], ...spec, kind: 'action', name: '' }
}

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
