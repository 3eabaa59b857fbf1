import { sql } from 'kysely'
import type { AgentBody, Artifact } from '../../agents/artifact.ts'
import { isWork } from '../../store/practice.ts'
import { refuse } from '../../values/fault.ts'
import type { EvalCompany } from './desk.ts'
import { findEvals } from './find.ts'
import { newestResult } from './newest.ts'

/**
 * Refuses more work for a version whose newest result at any eval of its agent is a failure, or that has not passed them as they are now.
 * What it has it may keep, and one may go back to an older version that has worked and failed nothing. A company without evals notices
 * nothing. Faults: `release.failing-eval`, `release.unproven`, `eval.broken`.
 */
export async function demandProven(company: EvalCompany, artifact: Artifact<AgentBody>, share: number): Promise<void> {
  const { kernel, places } = company
  const { name: agent, version, hash } = artifact
  const evals = (await findEvals(places.folder)).filter(({ evaluation }) => evaluation.agent.name === agent)
  if (evals.length === 0) return
  const now = kernel.releases.current(agent)
  const released = now?.kind === 'shares'
  if (released && share <= (now.shares.find((one) => one.hash === hash)?.share ?? 0)) return
  const results = await Promise.all(
    evals.map(async (found) => ({ ...found, newest: await newestResult(kernel.store, hash, found.evaluation.name) })),
  )
  const failed = results.find(({ newest }) => newest?.verdict === 'failed')
  const unproven = results.find(({ newest, hash: asItIs }) => newest?.eval_hash !== asItIs)
  if (!failed && !unproven) return
  const isOlder = kernel.artifacts.get(agent)?.hash !== hash && (await hasWorked(company, hash))
  const about = { agent, version, hash: hash.slice(0, 12) }
  // Before there is a release, the older version is what was at work: a new one may be tried beside it, however it does itself.
  if (failed && (released || !isOlder)) refuse('release.failing-eval', { ...about, eval: failed.evaluation.name })
  if (unproven && !isOlder) refuse('release.unproven', { ...about, eval: unproven.evaluation.name })
}

/** Whether a run was bound to this version that was no practice. */
async function hasWorked({ kernel }: EvalCompany, hash: string): Promise<boolean> {
  const run = await kernel.store.read
    .selectFrom('pins')
    .innerJoin('runs', 'runs.id', 'pins.run_id')
    .select('runs.id')
    .where('pins.hash', '=', hash)
    .where('pins.kind', '=', sql.lit('agent'))
    .where(isWork)
    .limit(1)
    .executeTakeFirst()
  return run !== undefined
}
