import { demandKeys, type Keys } from '../values/demand-keys.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Clock, Duration, Instant } from '../values/time.ts'
import type { Artifact, Opened } from './artifact.ts'
import type { Action, AnyAction, Port } from './port.ts'

/**
 * One call of an adapter. `key` is the effect's idempotency key, the same in every attempt for life. The call must stop when
 * `signal` aborts.
 */
export interface Call {
  readonly key: string
  readonly signal: AbortSignal
  readonly now: Instant
  /** Whose call it is; not given where no run asks, as in a probe. */
  readonly run?: RunId
  /** Whom the task is about that asks. */
  readonly subject?: IdentityId
  /** How many members left an audience (its id or handle) since then. Not given where nobody keeps an audience. */
  readonly left?: (audience: string, since: Instant) => Promise<number>
  /**
   * When the operator was shown the audience that they approved: whoever joined it later gets nothing, wherever the provider can
   * tell them apart. Not given where no approval of an audience is behind the call.
   */
  readonly shownAt?: Instant
}

/**
 * How one action is done at a provider. The contract of `do`: it throws a `Refusal` only when nothing happened; anything else
 * that it throws (a time-out, a cut connection, a bug) means that it may have happened. `find` gives the output of an effect
 * that the provider has under this key, or `undefined`. `undo` takes the recorded output; undoing twice must be harmless.
 */
export type Performance<C, I, O> = (
  | { readonly idempotency: 'key'; readonly do: (client: C, input: I, call: Call) => Promise<O> }
  | {
      readonly idempotency: 'find'
      readonly do: (client: C, input: I, call: Call) => Promise<O>
      readonly find: (client: C, key: string, input: I, call: Call) => Promise<O | undefined>
    }
  | {
      readonly idempotency: 'none'
      readonly do: (client: C, input: I, call: Call) => Promise<O>
      /** What `do` would have answered: for an effect of which the operator says that it went out. Needed unless it only reads. */
      readonly presume?: (input: I, key: string) => O
    }
  | Spread<C, I, O>
) & {
  readonly undo?: (client: C, output: O, call: Call) => Promise<void>
  /**
   * How many it would reach by now, where the provider keeps the audience: what the card shows and an approval binds. Of the input
   * only the audience is known for sure. Changes nothing; throws a Refusal.
   */
  readonly reach?: (client: C, input: unknown, call: Call) => Promise<number>
}

/**
 * An action that is many: each part is an effect of its own, through another port's adapter, under a key of its own, so that a
 * crash in the middle repeats no one. `parts` is read again after a crash; parts already settled are passed over by key.
 */
export interface Spread<C, I, O> {
  readonly idempotency: 'parts'
  readonly parts: (client: C, input: I, call: SpreadCall) => AsyncIterable<Part>
  /** `call.now` is when the last part was settled. */
  readonly join: (client: C, input: I, tally: Tally, call: Call) => O
}

/** One effect of an action that is many. */
export interface Part {
  /** Unique within the action and stable: the member's identity id. */
  readonly key: string
  readonly subject: IdentityId
  readonly action: AnyAction
  readonly input: unknown
  /**
   * Set for a mail to a member of an audience (its id or handle): `mail.refused`, and no other fault, says that the address is
   * bad and marks the membership bounced.
   */
  readonly member?: { readonly audience: string; readonly identity: IdentityId }
}

export interface Tally {
  readonly done: number
  readonly refused: number
  /** Parts that the operator said did not go out and are given up, or that stay in doubt. */
  readonly unknown: number
}

export interface Member {
  readonly identity: IdentityId
  readonly name: string
  readonly email: string
}

export interface SpreadCall extends Call {
  /** Active members of an audience, in pages by id; those who joined after the approval are left out. */
  members(audience: string): AsyncIterable<Member>
  /** The link and mail address by which a member leaves with one click. */
  unsubscribe(audience: string, member: IdentityId): { readonly url: string | null; readonly mailto: string | null }
}

/** What an adapter gets to connect: the secrets that it declared, and the injected world. */
export interface Connect {
  secret(name: string): string
  readonly clock: Clock
  /** The company's folder. */
  readonly folder: string
  readonly fetch: typeof globalThis.fetch
}

/** Someone who is being forgotten, as an adapter knows them. */
export interface Forgotten {
  /** The effects that were about them, by the keys under which the adapter performed them. */
  readonly keys: readonly string[]
  /** What they are known by: `email` and the address, a provider's name and its id. None where it is forgotten already. */
  readonly handles: readonly { readonly system: string; readonly value: string }[]
}

/** One provider's side of a port. `C` is its client, made once by `connect` and closed with the company. */
export interface Provider<C> {
  readonly name: string
  readonly secrets: readonly string[]
  readonly connect: (connect: Connect) => C | Promise<C>
  readonly close?: (client: C) => void | Promise<void>
  /** Checks, without an effect, that credentials work and answers have the shape that is read. Throws a Refusal. */
  readonly probe?: (client: C, call: Call) => Promise<void>
  /**
   * The content hash of an artifact as it is now, by the provider's own name of it, made as its actions make it; `null` when it is
   * gone. Changes nothing; throws a Refusal.
   */
  readonly look?: (client: C, externalId: string, call: Call) => Promise<string | null>
  /**
   * Removes what lies at the provider of someone who is forgotten, as far as it can, and says of how much it is sure. May be asked
   * again: what is gone already is no trouble. Throws a Refusal.
   */
  readonly forget?: (client: C, whose: Forgotten, call: Call) => Promise<number>
  /**
   * What is in an artifact. Bounded: it stops with the signal, and reads no more than a text needs. Changes nothing; throws a Refusal,
   * `pointer.gone` or a fault of its own kind when it is not there.
   */
  readonly open?: (client: C, artifact: Artifact, call: Call) => Promise<Opened>
  /** Longest time that one call may take. */
  readonly timeout: Duration
  /** Most calls at once; default 4. */
  readonly concurrency?: number
}

export type Performances<C, P extends Port> = {
  readonly [K in keyof P['actions']]: P['actions'][K] extends Action<infer I, infer O, infer E>
    ? Performance<C, I, O> & Undoing<C, O, E>
    : never
}

/** The compiler's demand: what is reversible says how it is undone. */
export type Undoing<C, O, E> = E extends 'reversible'
  ? { readonly undo: (client: C, output: O, call: Call) => Promise<void> }
  : unknown

/** A provider bound to a port: what `adapter` makes and the config lists. */
export interface Adapter {
  readonly port: Port
  readonly name: string
  readonly provider: Provider<unknown>
  readonly actions: Readonly<Record<string, Performance<unknown, unknown, unknown>>>
}

/**
 * Binds a provider to a port. The compiler wants every action of the port, and `undo` of those that are reversible. Throws a TypeError
 * for what a config without the compiler would leave out. Fault (thrown): `config.unknown-key`.
 */
export function adapter<C, A extends Record<string, AnyAction>>(
  port: Port<A>,
  provider: Provider<C>,
  actions: Performances<C, Port<A>>,
): Adapter {
  const { name, secrets, connect, timeout } = provider
  demandKeys(`Adapter "${name}"`, provider, providerKeys)
  if (!Array.isArray(secrets)) throw new TypeError(`adapter ${name}: secrets is no list of names, like []`)
  if (typeof connect !== 'function') throw new TypeError(`adapter ${name}: connect is no function, like () => null`)
  if (typeof timeout !== 'number')
    throw new TypeError(`adapter ${name}: timeout is no length of time, like seconds(10)`)
  for (const [action, how] of Object.entries<object>(actions))
    demandKeys(`"${action}" of adapter "${name}"`, how, performanceKeys)
  return { port, name, provider, actions } as unknown as Adapter
}

const providerKeys: Keys<Provider<never>> = {
  name: true,
  secrets: true,
  connect: true,
  close: true,
  probe: true,
  look: true,
  forget: true,
  open: true,
  timeout: true,
  concurrency: true,
}

const performanceKeys = {
  idempotency: true,
  do: true,
  find: true,
  presume: true,
  parts: true,
  join: true,
  undo: true,
  reach: true,
} as const
