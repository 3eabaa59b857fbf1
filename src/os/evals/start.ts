import type { Agent } from '../../agents/agent.ts'
import type { AgentBody, Artifact } from '../../agents/artifact.ts'
import type { AnyEvaluation } from '../../agents/evaluation.ts'
import { agentOf } from '../../executor/pinned-agent.ts'
import { storeRun } from '../../executor/start-run.ts'
import { check } from '../../planner/check.ts'
import { doersOf } from '../../planner/doer-facts.ts'
import { evalWorkflow } from '../../store/practice.ts'
import type { Tx } from '../../store/store.ts'
import { isFault, Refusal, refuse } from '../../values/fault.ts'
import { type RunId, randomIds } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { didYouMean } from '../../values/nearest.ts'
import { parse } from '../../values/schema.ts'
import { versionNamed, versionsOf } from '../versions.ts'
import { CaseTools } from './case-tools.ts'
import type { EvalCompany, EvalStarted, EvalWish, Sitting } from './desk.ts'
import { caseTask, drawEval } from './draw.ts'
import { type FoundEval, findEvals } from './find.ts'
import { type Judge, judgeOf } from './judge.ts'
import { type Recording, readRecording, recordedModels, recordingModels } from './recorded.ts'

// Whom runs of evals are about: so that nobody recalls them as work that was done for somebody.
const evalsHandle = 'soloist:evals'

/** Puts a version of an agent to an eval: a run of its own, bound to that version. Faults: see `Evals.start`. */
export async function startEval(
  company: EvalCompany,
  sittings: Map<RunId, Sitting>,
  wish: EvalWish,
): Promise<EvalStarted> {
  const { kernel, places } = company
  const found = await evalNamed(places.folder, wish.eval)
  const { evaluation } = found
  const artifact = await versionAsked(company, evaluation.agent.name, wish.version)
  const agent = agentOf(kernel, artifact.hash, artifact.body)
  if (isFault(agent)) throw new Refusal(agent)
  refuseUnfit(evaluation, agent)
  const judges = await judgesOf(evaluation)
  const plan = drawEval(evaluation, agent, judges, wish.limit).plan()
  const facts = new Map([...kernel.facts, ...doersOf([agent, ...[...judges.values()].map((judge) => judge.agent)])])
  // What its cases may cost at the worst is more than it costs: the limit holds while it runs.
  const [wrong] = check(plan, facts).filter(({ code }) => code !== 'plan.over-budget')
  if (wrong) throw new Refusal(wrong)
  const id = randomIds(kernel.clock.now).next('run')
  const artifacts = [artifact, ...[...judges.values()].map((judge) => judge.artifact)]
  const cases = Object.fromEntries(evaluation.cases.map(({ input }, index) => [caseTask(index), input as Json]))
  seat(company, sittings, id, found, artifact, wish)
  try {
    await kernel.store.write(async (tx) => {
      await ensureSubject(tx, company)
      const input = { about: evalsHandle, eval: evaluation.name, cases }
      // External, as what agents read in earnest mostly is.
      await storeRun(tx, kernel, { id, workflow: evalWorkflow, plan, input, origin: 'external', artifacts })
    })
  } catch (error) {
    sittings.delete(id)
    kernel.exams.delete(id)
    throw error
  }
  return { run: id, eval: evaluation.name, agent: artifact.name, hash: artifact.hash, version: artifact.version }
}

async function evalNamed(folder: string, name: string): Promise<FoundEval> {
  const all = await findEvals(folder)
  const names = all.map(({ evaluation }) => evaluation.name)
  return (
    all.find(({ evaluation }) => evaluation.name === name) ??
    refuse('input.unknown', { kind: 'eval', name, nearest: didYouMean(name, names), command: 'soloist eval --list' })
  )
}

async function versionAsked(
  { kernel }: EvalCompany,
  agent: string,
  version: string | undefined,
): Promise<Artifact<AgentBody>> {
  if (version !== undefined) return (await versionNamed(kernel, agent, version)).artifact
  const all = await versionsOf(kernel, agent)
  const known = all.find((one) => one.inFolder) ?? all[0]
  if (!known) throw new TypeError(`${agent} has no version`)
  return known.artifact
}

function refuseUnfit({ name, cases }: AnyEvaluation, agent: Agent<unknown, unknown>): void {
  for (const one of cases) {
    const no = (why: string): never => refuse('eval.unfit', { case: one.name, eval: name, agent: agent.name, why })
    const parsed = parse(agent.input, one.input)
    if (!parsed.ok) no(parsed.why)
    if (one.memory !== undefined && agent.recall === null) no('it is given lines of memory, and the agent recalls none')
    const tool = one.tools?.find((answer) => !agent.allow.some((allowed) => allowed.name === answer.name))
    if (tool) no(`it answers for ${tool.name}, which the agent may not use`)
  }
}

async function judgesOf({ scorers }: AnyEvaluation): Promise<Map<Judge['agent']['tier'], Judge>> {
  const tiers = new Set(scorers.flatMap((scorer) => (scorer.kind === 'rubric' ? [scorer.tier] : [])))
  return new Map(await Promise.all([...tiers].map(async (tier) => [tier, await judgeOf(tier)] as const)))
}

/** Before the run is there: whoever claims its first task finds all that it needs. */
function seat(
  { kernel, places }: EvalCompany,
  sittings: Map<RunId, Sitting>,
  id: RunId,
  found: FoundEval,
  artifact: Artifact<AgentBody>,
  { answers, record }: EvalWish,
): void {
  const { evaluation } = found
  const recording: Recording = answers === 'recorded' ? readRecording(places.folder, evaluation.name) : new Map()
  const models =
    answers === 'recorded' ? recordedModels(kernel.models, recording) : recordingModels(kernel.models, recording)
  const tools = new Map(evaluation.cases.map(({ tools = [] }, index) => [caseTask(index), new CaseTools(tools)]))
  const memory = new Map(evaluation.cases.map(({ memory = [] }, index) => [caseTask(index), memory]))
  kernel.exams.set(id, {
    models,
    tool: (task, name, input) => tools.get(task)?.answer(name, input) ?? { refused: `There is no ${name} here.` },
    memory: (task) => memory.get(task) ?? [],
  })
  sittings.set(id, { found, artifact, answers, recording: record && answers === 'models' ? recording : null })
}

async function ensureSubject(tx: Tx, { kernel }: EvalCompany): Promise<void> {
  const { identities } = kernel
  if (await identities.handles.find(evalsHandle, tx)) return
  const id = await identities.create(tx, { kind: 'project', name: 'Evals', origin: 'system' })
  await identities.handles.add(tx, id, evalsHandle, 'system')
}
