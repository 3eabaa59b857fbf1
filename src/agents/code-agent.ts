import type { Json } from '../values/json.ts'

/**
 * What an agent that is code exports as `run`: `export const run: CodeAgent<Input, Output> = async (input, world) => …`. It sees its input
 * and its world, and nothing else: no files, no network, no timers, no other module. Its clock stands still and its chance is the same
 * in each attempt, for a retry is given the same answers again and must ask for the same things.
 */
export type CodeAgent<I, O> = (input: I, world: World) => O | Promise<O>

/** All that code may do. Each call is checked against what its agent is granted, and is a step of its task in the journal. */
export interface World {
  /** One answer of a model of the agent's tier. `data` is shown to it as data, never as an order. */
  model<T = string>(question: ModelQuestion): Promise<ModelAnswer<T>>
  /** Performs an action that stands in `allow`. Rejects when it is refused: by the operator, or because its input does not fit. */
  act<T = unknown>(action: string, input: object): Promise<T>
  /** The lines of the company's memory that the agent's `recall` asks for; with words, what its `history` may find by them. */
  recall(words?: string): Promise<readonly RecalledLine[]>
  /** What the run keeps in mind; needs `memory.get` and `memory.keep` in `allow`. */
  readonly memory: {
    get<T = unknown>(key: string): Promise<T | undefined>
    keep(key: string, value: unknown): Promise<void>
  }
  /** A line for whoever looks at the task later. `console.log` is the same. */
  log(...parts: unknown[]): void
  /** What the operator said when a gate returned the last try, and that try. */
  readonly returned: { readonly comment: string; readonly last: Json } | null
}

/** What code asks a model. */
export interface ModelQuestion {
  /** What is asked, in words: the instruction. */
  readonly ask: string
  readonly data?: Readonly<Record<string, unknown>>
  /** JSON Schema of the answer; a text when left out. */
  readonly output?: Readonly<Record<string, unknown>>
}

/** What a model answered. */
export interface ModelAnswer<T> {
  readonly output: T
  /** From 0 to 1, where the model says it. */
  readonly confidence: number | null
}

/** A line of memory: where it comes from decides what the agent's output counts as. */
export interface RecalledLine {
  readonly mark: string
  readonly day: string | null
  readonly text: string
  readonly origin: 'operator' | 'system' | 'external'
}
