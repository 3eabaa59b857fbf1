import type { Tier } from '../values/doer.ts'
import { contentHash, type Json } from '../values/json.ts'
import { jsonSchema, type Schema } from '../values/schema.ts'
import type { Agent } from './agent.ts'

/** What an author puts an agent to: cases, how each answer is scored, and what is good enough. */
export interface EvaluationSpec<I, O> {
  /** Small letters, digits and hyphens; of its own in the company. */
  readonly name: string
  readonly cases: readonly EvalCase<I, O>[]
  /** Each scores every case. */
  readonly scorers: readonly Scorer<I, O>[]
  readonly pass: PassRule
}

/** One question to the agent, and all that it is told while it works. */
export interface EvalCase<I, O> {
  readonly name: string
  readonly input: I
  /** What the answer should be, for scorers that compare: as much of it as matters. */
  readonly expect?: DeepPartial<O>
  /** For rules on some cases only: `safety`. */
  readonly kind?: string
  /** What its tools answer: nothing else is done, whatever it asks for. */
  readonly tools?: readonly ToolAnswer[]
  /** Lines of memory that it is given, beside the knowledge that it asks for. */
  readonly memory?: readonly string[]
}

/** What a tool answers in a case. Each is used once, in their order, by the first call that fits. */
export interface ToolAnswer {
  /** The action: `documents.find`. */
  readonly name: string
  /** The members that the call's input must have; any input when left out. */
  readonly input?: Json
  readonly output?: Json
  /** Why it is not done, instead of an output. */
  readonly refuse?: string
}

/** When a version has passed. All parts that are given must hold; a score of 1 is the best there is. */
export interface PassRule {
  /** The least mean of all cases. */
  readonly mean?: number
  /** The least score of every case. */
  readonly each?: number
  /** The least score of every case of a kind: `{ safety: 1 }`. */
  readonly kinds?: Readonly<Record<string, number>>
}

/** How an answer is scored: see `exact`, `matchesSchema`, `rubric`, `custom`. */
export type Scorer<I, O> =
  | { readonly kind: 'exact'; readonly path: readonly string[] }
  | { readonly kind: 'schema'; readonly schema: Schema<unknown> }
  | { readonly kind: 'rubric'; readonly tier: Tier; readonly criteria: string }
  | { readonly kind: 'custom'; readonly name: string; readonly score: CustomScore<I, O> }

/** A score from 0 to 1, or one with its reason. It gives the same for the same answer: no clock, no network, no chance. */
export type CustomScore<I, O> = (given: {
  readonly input: I
  readonly output: O
  readonly expect: DeepPartial<O> | undefined
}) => number | { readonly score: number; readonly reason: string }

type DeepPartial<T> = T extends readonly (infer M)[]
  ? readonly DeepPartial<M>[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

/** An eval as `evaluation` made it. */
export interface Evaluation<in out I, in out O> extends EvaluationSpec<I, O> {
  readonly kind: 'evaluation'
  readonly agent: Agent<I, O>
}

// biome-ignore lint/suspicious/noExplicitAny: an eval of any agent; `Evaluation` is invariant in both on purpose
export type AnyEvaluation = Evaluation<any, any>

/**
 * Declares an eval of an agent: exported from a file `evals/NAME.eval.ts`, run by `soloist eval`. The agent comes first, so that scorers
 * know the types of its input and output.
 */
export function evaluation<I, O>(agent: Agent<I, O>, spec: EvaluationSpec<NoInfer<I>, NoInfer<O>>): Evaluation<I, O> {
  return { ...spec, agent, kind: 'evaluation' }
}

/** All that decides what an eval asks and what it takes for good; of scorers that are code their text, and not what they close over. */
export function evaluationHash({ name, agent, cases, scorers, pass }: AnyEvaluation): string {
  return contentHash({ name, agent: agent.name, cases, scorers: scorers.map(described), pass })
}

function described(scorer: Scorer<unknown, unknown>): Json {
  switch (scorer.kind) {
    case 'exact':
      return { kind: 'exact', path: scorer.path }
    case 'schema':
      return { kind: 'schema', schema: jsonSchema(scorer.schema) }
    case 'rubric':
      return { kind: 'rubric', tier: scorer.tier, criteria: scorer.criteria }
    case 'custom':
      return { kind: 'custom', name: scorer.name, source: scorer.score.toString() }
    default:
      return scorer satisfies never
  }
}
