import type { AnyDoer } from '../values/doer.ts'
import { type Fault, fault } from '../values/fault.ts'
import { canonical } from '../values/json.ts'
import { type Schema, schemaFrom } from '../values/schema.ts'
import { type Agent, keptAgent } from './agent.ts'
import type { AgentBody } from './artifact.ts'

/** The agent of this name as the folder has it now, with the body of its artifact. */
export interface InFolder {
  readonly agent: Agent<unknown, unknown>
  readonly body: AgentBody
}

/**
 * The agent that an artifact describes, as it ran when it was published, whatever became of its code since. Its tools are looked
 * up by name. Fault: `release.needs-code`.
 */
export function agentFrom(
  body: AgentBody,
  folder: InFolder | undefined,
  doers: ReadonlyMap<string, AnyDoer>,
): Agent<unknown, unknown> | Fault {
  const missing = (why: string) => fault('release.needs-code', { agent: body.name, version: body.version, why })
  const input = schemaOf('input', body, folder)
  const output = schemaOf('output', body, folder)
  if (typeof input === 'string') return missing(input)
  if (typeof output === 'string') return missing(output)
  const gone = body.allow.find((name) => doers.get(name)?.kind !== 'action')
  if (gone !== undefined) return missing(`it may use ${gone}, which nobody here does any more`)
  const { name, version, does, tier, lowest = 'cheap', recall, budget, maxTurns } = body
  return keptAgent({
    name,
    version,
    does,
    input,
    output,
    tier,
    lowest,
    instructions: '',
    allow: body.allow.flatMap((tool) => doers.get(tool) ?? []),
    ...(recall === undefined ? {} : { recall }),
    ...(budget === null ? {} : { budget }),
    maxTurns,
    fallback: fallbackOf(body, folder),
    ...(body.cache === undefined ? {} : { cache: body.cache }),
    skills: (body.skills ?? []).map((skill) => skill.name),
  })
}

/** The rules that it was published with: those of the folder where they read the same. What they close over is not seen. */
function fallbackOf({ fallback }: AgentBody, folder: InFolder | undefined): Agent<unknown, unknown>['fallback'] {
  const same = fallback !== undefined && folder?.body.fallback?.source === fallback.source
  return same ? folder.agent.fallback : null
}

/** The code's own schema where it still says the same; else the one that is kept; else why neither will do. */
function schemaOf(side: 'input' | 'output', body: AgentBody, folder: InFolder | undefined): Schema<unknown> | string {
  if (folder && canonical(folder.body[side]) === canonical(body[side])) return folder.agent[side]
  if (body.needsCode?.includes(side)) return `its ${side} is checked by code, and that is gone or has changed`
  try {
    return schemaFrom(body[side])
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return `its ${side} cannot be read: ${error.message}`
  }
}
