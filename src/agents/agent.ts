import type { AnyDoer, Budgeted, Doer, Tier } from '../values/doer.ts'
import type { Schema } from '../values/schema.ts'

/** An agent as its author writes it. Its artifact (this, with the text of its instructions) is known by its content hash. */
export interface AgentSpec<I, O> {
  readonly name: string
  readonly version: number
  readonly does: string
  readonly input: Schema<I>
  readonly output: Schema<O>
  readonly tier: Tier
  /** The lowest tier that may answer for it where money is short; any when left out, none but its own when it is that. */
  readonly lowest?: Tier
  /** A Markdown file, relative to the company's `agents/` folder. */
  readonly instructions: string
  /** Actions that it may use as tools. */
  readonly allow?: readonly AnyDoer[]
  readonly budget?: Budgeted
  /** Most turns of the model in one attempt; default 12. */
  readonly maxTurns?: number
  /** An agent that is code: refused in this version with `task.code-agent`. */
  readonly run?: string
}

/** A worker that thinks with a model: typed input and output, instructions, tools, limits. Made by `agent`. */
export interface Agent<in out I, in out O> extends Doer<I, O> {
  readonly kind: 'agent'
  readonly version: number
  readonly does: string
  readonly tier: Tier
  readonly lowest: Tier
  readonly instructions: string
  readonly allow: readonly AnyDoer[]
  readonly budget: Budgeted | null
  readonly maxTurns: number
  readonly run: string | null
}

/** Declares an agent. */
export function agent<I, O>(spec: AgentSpec<I, O>): Agent<I, O> {
  return { lowest: 'cheap', allow: [], budget: null, maxTurns: 12, run: null, ...spec, kind: 'agent' }
}

/** A pure function as a doer: no clock, no network, no effect; its source text is part of its hash. */
export interface PureFunction<in out I, in out O> extends Doer<I, O> {
  readonly kind: 'function'
  readonly does: string
  readonly run: (input: I) => O
}

/** Declares a pure function task. */
export function pure<I, O>(spec: Omit<PureFunction<I, O>, 'kind'>): PureFunction<I, O> {
  return { ...spec, kind: 'function' }
}
