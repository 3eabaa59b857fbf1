import type { AgentBody, Artifact } from '../../agents/artifact.ts'
import { refuse } from '../../values/fault.ts'
import type { EvalCompany } from './desk.ts'
import { findEvals } from './find.ts'
import { newestResult } from './newest.ts'

/**
 * Refuses more work for a version whose newest result at any eval of its agent is a failure, and for one that has not passed them as they
 * are now, unless it was released before: one may always go back to what has worked. A company without evals notices nothing. Faults:
 * `release.failing-eval`, `release.unproven`, `eval.broken`.
 */
export async function demandProven(
  { kernel, places }: EvalCompany,
  { name: agent, version, hash }: Artifact<AgentBody>,
): Promise<void> {
  const evals = (await findEvals(places.folder)).filter(({ evaluation }) => evaluation.agent.name === agent)
  if (evals.length === 0) return
  const about = { agent, version, hash: hash.slice(0, 12) }
  const results = await Promise.all(
    evals.map(async (found) => ({ ...found, newest: await newestResult(kernel.store, hash, found.evaluation.name) })),
  )
  const failed = results.find(({ newest }) => newest?.verdict === 'failed')
  if (failed) refuse('release.failing-eval', { ...about, eval: failed.evaluation.name })
  const unproven = results.find(({ newest, hash: now }) => newest?.eval_hash !== now)
  if (!unproven) return
  const before = await kernel.releases.history(agent)
  if (before.some(({ shares }) => shares.some((one) => one.hash === hash))) return
  refuse('release.unproven', { ...about, eval: unproven.evaluation.name })
}
