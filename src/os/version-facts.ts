import type { Artifact } from '../agents/artifact.ts'
import type { Kernel } from '../executor/kernel.ts'
import { agentOf } from '../executor/pinned-agent.ts'
import { doersOf } from '../planner/doer-facts.ts'
import type { Doers } from '../planner/plan.ts'
import { isFault, Refusal } from '../values/fault.ts'

/**
 * What the check must know of the doers when some agents work in these versions instead of the folder's. Fault (thrown):
 * `release.needs-code`.
 */
export function factsWith(kernel: Kernel, versions: readonly Artifact[]): Doers {
  const others = versions.filter(({ name, hash }) => kernel.artifacts.get(name)?.hash !== hash)
  if (others.length === 0) return kernel.facts
  const facts = new Map(kernel.facts)
  for (const { hash, body } of others) {
    if (body.kind !== 'agent') continue
    const agent = agentOf(kernel, hash, body)
    if (isFault(agent)) throw new Refusal(agent)
    for (const [name, known] of doersOf([agent])) facts.set(name, known)
  }
  return facts
}
