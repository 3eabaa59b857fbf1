import type { ApprovedMark } from '../values/approved.ts'
import type { Wire } from './plan.ts'

declare const output: unique symbol

/**
 * The place of a value that is not there yet: a task's output, the run's input, an item, or a part of one. It is inert: there
 * is nothing to await and nothing to read, it can only be passed on. Putting it into a text throws a TypeError.
 */
export interface Ref<out T> {
  readonly [output]: T
  readonly task: string
  readonly path: readonly string[]
  /** A part of the value. What may be missing on the way is `undefined` in the type; a part of what is approved is approved. */
  get<K extends Keys<T>>(key: K): Ref<Part<T, K>>
}

/** The fields that `get` can reach: those of objects, through `null` and `undefined`; none in a list or a text. */
export type Keys<T> = [Solid<T>] extends [never] ? never : Extract<keyof Solid<T>, string>

export type Part<T, K> =
  | (T extends null | undefined ? undefined : never)
  | (Solid<T> extends infer S ? (K extends keyof S ? Marked<S, S[K]> : never) : never)

/** A doer's inputs as an author gives them: each one a literal without any `Ref` in it, or a `Ref`. */
export type Wiring<I> = { readonly [K in keyof I]: I[K] | Ref<I[K]> }

type Leaf = string | number | boolean | bigint | symbol | readonly unknown[]
type Solid<T> = T extends null | undefined | Leaf ? never : T
type Marked<S, V> = S extends ApprovedMark ? (V extends null | undefined ? V : V & ApprovedMark) : V

/** Where in an author's function a ref was made: the plan itself, or the body of a `when` or an `each`. Compared by identity. */
export type Room = object

export interface Trace {
  readonly room: Room
  readonly from: string
  readonly path: readonly string[]
}

const traces = new WeakMap<object, Trace>()

/** Makes a ref. Only the builder of plans calls it, so that a ref is always to something that exists. */
export function mint<T>(room: Room, from: string, path: readonly string[] = []): Ref<T> {
  const ref = Object.freeze({
    task: from,
    path: Object.freeze([...path]),
    get: (key: string) => mint(room, from, [...path, key]),
    [Symbol.toPrimitive]: () => {
      throw new TypeError(
        `${[from, ...path].join('.')} has no value while the plan is made: pass it to a task as an input`,
      )
    },
  })
  traces.set(ref, { room, from, path: ref.path })
  return ref as unknown as Ref<T>
}

/** Where a ref came from, or `undefined` for anything else. */
export function traceOf(value: unknown): Trace | undefined {
  return typeof value === 'object' && value !== null ? traces.get(value) : undefined
}

/** The wire that a ref stands for in the plan. */
export function wireOf(trace: Trace): Wire {
  return { from: trace.from, path: trace.path }
}
