import type { AgentBody, Artifact } from '../agents/artifact.ts'
import type { Kernel } from '../executor/kernel.ts'
import { agentOf } from '../executor/pinned-agent.ts'
import { check } from '../planner/check.ts'
import type { Plan } from '../planner/plan.ts'
import type { AnyWorkflow } from '../planner/workflow.ts'
import { isFault, Refusal, refuse } from '../values/fault.ts'
import { canonical } from '../values/json.ts'
import type { Company } from './commands.ts'
import { demandProven } from './evals/proven.ts'
import { planDoers } from './plan-doers.ts'
import { factsWith } from './version-facts.ts'

/**
 * What must hold before a version takes any work, whoever gives it some: by a release, as a canary, promoted. What else must hold of it
 * (that it passes its evals) is demanded here. Faults: `release.needs-code`, `release.unfit`, `release.failing-eval`,
 * `release.unproven`.
 */
export async function admit(company: Company, artifact: Artifact<AgentBody>, share: number): Promise<void> {
  refuseUnfit(company, artifact)
  await demandProven(company, artifact, share)
}

/** A version is released only if it can run, and if every workflow that names the agent could run with it. */
export function refuseUnfit({ kernel, config }: Company, artifact: Artifact<AgentBody>): void {
  const agent = agentOf(kernel, artifact.hash, artifact.body)
  if (isFault(agent)) throw new Refusal(agent)
  for (const workflow of config.workflows as readonly AnyWorkflow[]) {
    refuseMisfit(kernel, workflow.plan(), artifact, `the workflow ${workflow.name}`)
  }
}

/** Faults (thrown): `release.unfit`, `release.needs-code`. */
export function refuseMisfit(kernel: Kernel, plan: Plan, artifact: Artifact<AgentBody>, what: string): void {
  if (!planDoers(plan, kernel).includes(artifact.name)) return
  const before = new Set(check(plan, kernel.facts).map((one) => canonical([one.code, one.about])))
  const wrong = check(plan, factsWith(kernel, [artifact])).find((one) => !before.has(canonical([one.code, one.about])))
  if (wrong)
    refuse('release.unfit', { agent: artifact.name, version: artifact.version, plan: what, why: wrong.message })
}
