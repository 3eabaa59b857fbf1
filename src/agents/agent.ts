import type { AnyDoer, Budgeted, Doer, Tier } from '../values/doer.ts'
import type { Schema } from '../values/schema.ts'
import type { Duration } from '../values/time.ts'
import { demandAgent } from './demand-agent.ts'
import type { RecallSpec } from './recall-spec.ts'

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
  /** The most that it may spend and take in one task, whatever the plan gives. */
  readonly budget?: Budgeted
  /** Most turns of the model in one attempt; default 12. */
  readonly maxTurns?: number
  /** An agent that is code: a TypeScript file without imports that exports a `CodeAgent` as `run`, relative to `agents/`. */
  readonly run?: string
  /** Rules that answer where no model can: the lowest rung but waiting. */
  readonly fallback?: PureFunction<I, O> | null
  /** For how long an answer may stand in for a new one to the same question; without it, none is kept. */
  readonly cache?: CacheSpec | null
  /** Folders of `skills/` that it may use. */
  readonly skills?: readonly string[]
  /** What it is taken for where a task names a role instead of an agent. */
  readonly role?: RoleSpec | null
  /** Who keeps it in order, when it is looked at again, and what that may take. */
  readonly upkeep?: UpkeepSpec | null
}

/** Which kept answers may stand in. */
export interface CacheSpec {
  readonly maxAge: Duration
  /** `subject` (the default): only what was answered about the same identity. `company`: whoever it was about. */
  readonly across?: 'subject' | 'company'
}

/** A role, and what of it an agent is able to do: `{ name: 'writer', able: { language: ['de', 'en'] } }`. */
export interface RoleSpec {
  readonly name: string
  readonly able?: Readonly<Record<string, readonly string[]>>
}

/** Who keeps an automation in order, when it is looked at again, and how many minutes of the operator it may take in a month. */
export interface UpkeepSpec {
  readonly owner: string
  readonly reviewEvery: Duration
  readonly minutesPerMonth: number
  /** Minutes of the operator that one run saves, where the author can say. */
  readonly saves?: number
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
  readonly fallback: PureFunction<I, O> | null
  readonly cache: CacheSpec | null
  readonly skills: readonly string[]
  readonly role: RoleSpec | null
  readonly upkeep: UpkeepSpec | null
}

/**
 * Declares an agent. Throws a RangeError for values that no agent can have, and for more of memory than leaves room for the work. Fault
 * (thrown): `config.unknown-key`.
 */
export function agent<I, O>(spec: AgentSpec<I, O>): Agent<I, O> {
  demandAgent(spec)
  return keptAgent(spec)
}

/** An agent as it was once published: what was taken then is not refused today. */
export function keptAgent<I, O>(spec: AgentSpec<I, O>): Agent<I, O> {
  return { ...usual, ...spec, kind: 'agent' }
}

const usual = {
  lowest: 'cheap',
  allow: [],
  recall: null,
  budget: null,
  maxTurns: 12,
  run: null,
  fallback: null,
  cache: null,
  skills: [],
  role: null,
  upkeep: null,
} as const

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
