import { versionsOf } from '../versions.ts'
import type { EvalCompany, EvalLine } from './desk.ts'
import { type FoundEval, findEvals } from './find.ts'
import { newestResult } from './newest.ts'

/** See `Evals.list`. */
export async function listEvals(company: EvalCompany, agent: string | undefined): Promise<EvalLine[]> {
  const all = await findEvals(company.places.folder)
  const wanted = all.filter(({ evaluation }) => agent === undefined || evaluation.agent.name === agent)
  // An agent without evals is one thing, a name that nobody has another.
  if (agent !== undefined && wanted.length === 0) await versionsOf(company.kernel, agent)
  return Promise.all(wanted.map((found) => line(company, found)))
}

async function line({ kernel }: EvalCompany, { file, evaluation, hash }: FoundEval): Promise<EvalLine> {
  const { name, agent, cases } = evaluation
  const folder = kernel.artifacts.get(agent.name)
  const row = folder && (await newestResult(kernel.store, folder.hash, name))
  const newest = row && {
    version: folder.version,
    verdict: row.verdict,
    score: row.score,
    outdated: row.eval_hash !== hash,
  }
  return { name, agent: agent.name, file, cases: cases.length, newest: newest ?? null }
}
