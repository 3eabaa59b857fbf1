import type { Agent } from '../agents/agent.ts'
import type { AgentBody } from '../agents/artifact.ts'
import { agentFrom, type InFolder } from '../agents/from-artifact.ts'
import { type Fault, isFault } from '../values/fault.ts'
import type { Attempt } from './attempt.ts'
import type { Performed } from './ending.ts'
import type { Kernel } from './kernel.ts'
import { holdStale, staleInput } from './stale.ts'

/** The version of an agent that a run is bound to, ready to work. */
export interface Pinned {
  readonly hash: string
  readonly body: AgentBody
  readonly agent: Agent<unknown, unknown>
}

/** The version that this run is pinned to, from its artifact: the code in the folder may be another by now, or gone. */
export async function pinnedAgent(
  attempt: Attempt,
  name: string,
): Promise<Pinned | Exclude<Performed, { kind: 'done' }>> {
  const { kernel, run } = attempt
  const hash = await kernel.shelf.pinned(run.id, 'agent', name)
  const body = hash === undefined ? undefined : await kernel.shelf.agent(hash)
  if (hash === undefined || !body)
    return staleInput(attempt, name, 'this run is pinned to no version of it that is kept')
  const agent = agentOf(kernel, hash, body)
  if (!isFault(agent)) return { hash, body, agent }
  return agent.code === 'release.needs-code' ? holdStale(attempt, agent) : { kind: 'fault', fault: agent }
}

// By body, of which the shelf keeps one each: reading schemas out of JSON takes some 0.1 ms.
const made = new WeakMap<AgentBody, Agent<unknown, unknown>>()

/** The agent of an artifact; its own code, where that is what the artifact was made of. Faults: those of `agentFrom`. */
export function agentOf(
  kernel: Pick<Kernel, 'artifacts' | 'doers'>,
  hash: string,
  body: AgentBody,
): Agent<unknown, unknown> | Fault {
  const folder = inFolder(kernel, body.name)
  if (folder?.hash === hash) return folder.agent
  const known = made.get(body)
  if (known) return known
  const agent = agentFrom(body, folder, kernel.doers)
  if (!isFault(agent)) made.set(body, agent)
  return agent
}

function inFolder(
  { artifacts, doers }: Pick<Kernel, 'artifacts' | 'doers'>,
  name: string,
): (InFolder & { hash: string }) | undefined {
  const artifact = artifacts.get(name)
  const agent = doers.get(name)
  if (agent?.kind !== 'agent' || artifact?.body.kind !== 'agent') return undefined
  return { agent: agent as Agent<unknown, unknown>, body: artifact.body, hash: artifact.hash }
}
