import type { Fault } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import type { Duration, Instant } from '../../values/time.ts'
import type { LayerState } from './layers.ts'
import type { Wish } from './message.ts'

/** Runs code that nobody trusts, each job in a process of its own that ends with it. */
export interface Sandbox {
  run<End>(job: Job<End>): Promise<Ran<End>>
  /** Which walls stand on this machine, and why others do not. */
  layers(): Promise<readonly LayerState[]>
  /** Kills what runs and what waits. */
  close(): Promise<void>
}

/** A sandbox that nothing is loaded of until it is first asked for. */
export interface LazySandbox {
  (): Promise<Sandbox>
  close(): Promise<void>
}

/** One run of one piece of code. */
export interface Job<End = never> {
  /** Whose code it is, for faults: an agent's name, `compute`. */
  readonly who: string
  /** JavaScript whose `run` is called with the input, as `javascriptOf` makes it. */
  readonly code: string
  readonly input: Json
  /** What the code is told besides, in `world.given`. */
  readonly given?: Json
  /** What its clock shows, all the time. */
  readonly now: Instant
  /** Where its chance begins: the same seed gives the same numbers. */
  readonly seed: string
  readonly limits?: Partial<Limits>
  readonly signal: AbortSignal
  /** Whether somebody waits for it. Without it, nobody does. */
  readonly lane?: 'interactive' | 'background'
  /** Around the wait for its turn, for whoever counts time; the signal given to the wait ends it. Left out, `signal` alone does. */
  readonly inLine?: <T>(wait: (signal: AbortSignal) => Promise<T>) => Promise<T>
  /** Answers what the code asks for, one after the other, in their order. Without it nothing may be asked for. */
  readonly answer?: (wish: Wish) => Promise<Answered<End>>
}

/** What one job may use. Memory is the same for all jobs: it is set when a process starts. */
export interface Limits {
  /** Time on the wall in which it is the code's turn; waiting for an answer does not count. */
  readonly time: Duration
  /** Time of the processor. */
  readonly cpu: Duration
}

/** What the code gets for a wish, or what ends it here. */
export type Answered<End> =
  | { readonly kind: 'value'; readonly value: Json }
  /** The code may go on, and is told why it did not get it. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'end'; readonly end: End }

/** How a job ended. `logs` are lines that its code wrote. */
export type Ran<End> =
  | { readonly kind: 'done'; readonly output: Json; readonly logs: readonly string[] }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly logs: readonly string[] }
  | { readonly kind: 'ended'; readonly end: End; readonly logs: readonly string[] }
