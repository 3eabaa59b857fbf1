import type { AnyDoer, Budgeted, Tier } from '../values/doer.ts'
import { contentHash, type Json } from '../values/json.ts'
import { jsonSchema, needsCode } from '../values/schema.ts'
import type { Agent, CacheSpec, PureFunction, RoleSpec } from './agent.ts'
import { readInstructions } from './instructions.ts'
import type { RecallSpec } from './recall-spec.ts'
import type { Skill } from './skill.ts'

/** All that decides what an agent does. Whoever has this body can run the agent without its author's files. */
export interface AgentBody {
  readonly kind: 'agent'
  readonly name: string
  readonly version: number
  readonly does: string
  /** JSON Schemas. */
  readonly input: Json
  readonly output: Json
  readonly tier: Tier
  /** Left out where any lower tier may answer. */
  readonly lowest?: Tier
  /** The full text. */
  readonly instructions: string
  /** Canonical names of the actions that it may use as tools. */
  readonly allow: readonly string[]
  /** Left out where it recalls nothing. */
  readonly recall?: RecallSpec
  readonly budget: Budgeted | null
  readonly maxTurns: number
  /** Those of its schemas that do more than they say as JSON Schema: whoever runs it needs them as code. Left out where both say all. */
  readonly needsCode?: readonly ('input' | 'output')[]
  /** Rules that answer where no model can, by their text; what they close over is not seen. */
  readonly fallback?: { readonly name: string; readonly source: string }
  readonly cache?: CacheSpec
  readonly skills?: readonly PinnedSkill[]
  readonly role?: RoleSpec
  /** The source text of an agent that is code. */
  readonly code: string | null
}

/** A skill as an artifact knows it: the hash covers all files of its folder. */
export interface PinnedSkill {
  readonly name: string
  readonly hash: string
}

/** All that decides what a pure function does, as far as its own text says. */
export interface FunctionBody {
  readonly kind: 'function'
  readonly name: string
  readonly does: string
  readonly input: Json
  readonly output: Json
  /** The text of `run`; what it closes over is not seen. */
  readonly source: string
}

/** An immutable version of a doer, known by the hash of its body. */
export interface Artifact<B extends AgentBody | FunctionBody = AgentBody | FunctionBody> {
  readonly hash: string
  readonly kind: B['kind']
  readonly name: string
  readonly version: number
  readonly body: B
  /** The contents of the skills that its body names, where it is not kept yet. */
  readonly skills?: readonly Skill[]
}

// biome-ignore lint/suspicious/noExplicitAny: an agent of any input and output; `Doer` is invariant in both on purpose
type AnyAgent = Agent<any, any>
// biome-ignore lint/suspicious/noExplicitAny: as above
type AnyFunction = PureFunction<any, any>

/**
 * The artifact of an agent. `folder` is the company's `agents/`; `text` are the instructions of one that has no file, `skills`
 * its skills as they were read. Faults: `agent.missing-instructions`, `agent.bad-code`, `input.too-large`.
 */
export async function agentArtifact(
  agent: AnyAgent,
  folder: string,
  { text, skills = [] }: { readonly text?: string; readonly skills?: readonly Skill[] } = {},
): Promise<Artifact<AgentBody>> {
  if (new Set(agent.skills).size !== skills.length) throw new TypeError(`the skills of ${agent.name} were not read`)
  const body: AgentBody = {
    kind: 'agent',
    name: agent.name,
    version: agent.version,
    does: agent.does,
    ...schemas(agent),
    ...beyondSchemas(agent),
    tier: agent.tier,
    ...(agent.lowest === 'cheap' ? {} : { lowest: agent.lowest }),
    instructions: text ?? (await readInstructions(folder, agent.instructions, agent.name)),
    allow: agent.allow.map((doer) => doer.name),
    ...(agent.recall === null ? {} : { recall: agent.recall as RecallSpec }),
    budget: agent.budget,
    maxTurns: agent.maxTurns,
    ...(agent.fallback === null
      ? {}
      : { fallback: { name: agent.fallback.name, source: agent.fallback.run.toString() } }),
    ...(agent.cache === null ? {} : { cache: agent.cache }),
    ...(skills.length === 0 ? {} : { skills: skills.map(({ hash, body: { name } }) => ({ name, hash })) }),
    ...(agent.role === null ? {} : { role: agent.role }),
    code: agent.run === null ? null : await readCode(folder, agent.run, agent.name),
  }
  return { ...artifact(body, agent.version), ...(skills.length === 0 ? {} : { skills }) }
}

function beyondSchemas(agent: AnyAgent): Pick<AgentBody, 'needsCode'> {
  const sides = (['input', 'output'] as const).filter((side) => needsCode(agent[side]))
  return sides.length === 0 ? {} : { needsCode: sides }
}

/** What reads TypeScript is some 20 MB: it is loaded by who has an agent that is code. */
async function readCode(folder: string, path: string, name: string): Promise<string> {
  const code = await readInstructions(folder, path, name)
  return (await import('./agent-code.ts')).demandCode(name, code)
}

/** The artifact of a pure function. Functions have no version of their own: their text is. */
export function functionArtifact(pure: AnyFunction): Artifact<FunctionBody> {
  const { name, does } = pure
  return artifact({ kind: 'function', name, does, ...schemas(pure), source: pure.run.toString() }, 1)
}

function schemas(doer: AnyDoer): { readonly input: Json; readonly output: Json } {
  return { input: jsonSchema(doer.input), output: jsonSchema(doer.output) }
}

function artifact<B extends AgentBody | FunctionBody>(body: B, version: number): Artifact<B> {
  return { hash: contentHash(body), kind: body.kind, name: body.name, version, body }
}
