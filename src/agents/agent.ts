import type { AnyDoer, Budgeted, Doer, Tier } from '../values/doer.ts'
import type { Schema } from '../values/schema.ts'
import { demandRecall, type RecallSpec } from './recall-spec.ts'

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
  /** What it is given of the company's memory before it begins. */
  readonly recall?: RecallSpec<InputName<NoInfer<I>>>
  readonly budget?: Budgeted
  /** Most turns of the model in one attempt; default 12. */
  readonly maxTurns?: number
  /** An agent that is code: refused in this version with `task.code-agent`. */
  readonly run?: string
}

/** The names of an agent's inputs; any where its input is not known to the compiler. */
type InputName<I> = unknown extends I ? string : keyof I & string

/** A worker that thinks with a model: typed input and output, instructions, tools, limits. Made by `agent`. */
export interface Agent<in out I, in out O> extends Doer<I, O> {
  readonly kind: 'agent'
  readonly version: number
  readonly does: string
  readonly tier: Tier
  readonly lowest: Tier
  readonly instructions: string
  readonly allow: readonly AnyDoer[]
  readonly recall: RecallSpec | null
  readonly budget: Budgeted | null
  readonly maxTurns: number
  readonly run: string | null
}

/** Declares an agent. Throws a RangeError for more of memory than leaves room for the work. */
export function agent<I, O>(spec: AgentSpec<I, O>): Agent<I, O> {
  if (spec.recall) demandRecall(spec.name, spec.recall)
  return { lowest: 'cheap', allow: [], recall: null, budget: null, maxTurns: 12, run: null, ...spec, kind: 'agent' }
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
