import type { Agent, PureFunction } from '../agents/agent.ts'
import { type Artifact, agentArtifact, functionArtifact } from '../agents/artifact.ts'
import type { AnyWorkflow } from '../planner/workflow.ts'
import type { AnyDoer } from '../values/doer.ts'
import { refuse } from '../values/fault.ts'
import type { Config } from './config.ts'
import type { Places } from './places.ts'

/**
 * Everyone who can do a task in this company, by name: what workflows mention, the config's agents, the actions of its adapters.
 * Fault `config.invalid` when two different ones have one name.
 */
export function doersOf(config: Config): Map<string, AnyDoer> {
  const workflows = config.workflows as readonly AnyWorkflow[]
  const given = [
    ...workflows.flatMap((workflow) => workflow.doers()),
    ...config.agents,
    ...config.webhooks.flatMap(({ on }) => on.flatMap((rule) => (rule.does === 'answer' ? [rule.what] : []))),
    ...config.adapters.flatMap((adapter) => Object.values(adapter.port.actions)),
  ]
  const doers = new Map<string, AnyDoer>()
  for (const doer of given) {
    const known = doers.get(doer.name)
    if (known && known !== doer)
      refuse('config.invalid', { file: 'soloist.config.ts', why: `two different doers are called "${doer.name}"` })
    doers.set(doer.name, doer)
    if (doer.kind === 'agent') for (const tool of (doer as Agent<unknown, unknown>).allow) doers.set(tool.name, tool)
  }
  return doers
}

/** The artifacts of all agents and functions as the folders have them now. */
export async function artifactsOf(
  doers: ReadonlyMap<string, AnyDoer>,
  places: Pick<Places, 'agents' | 'skills'>,
): Promise<Map<string, Artifact>> {
  const artifacts = new Map<string, Artifact>()
  for (const [name, doer] of doers) {
    if (doer.kind === 'agent') artifacts.set(name, await inFolders(doer as Agent<unknown, unknown>, places, doers))
    if (doer.kind === 'function') artifacts.set(name, functionArtifact(doer as PureFunction<unknown, unknown>))
  }
  return artifacts
}

async function inFolders(
  agent: Agent<unknown, unknown>,
  { agents, skills }: Pick<Places, 'agents' | 'skills'>,
  doers: ReadonlyMap<string, AnyDoer>,
): Promise<Artifact> {
  if (agent.skills.length === 0) return agentArtifact(agent, agents)
  const { readSkills } = await import('../agents/read-skills.ts')
  return agentArtifact(agent, agents, { skills: await readSkills(agent, skills, doers) })
}
