import type { AnyEvaluation } from '../../agents/evaluation.ts'
import { isOwnFault } from '../../agents/own-fault.ts'
import { meanScore, missedParts } from '../../agents/pass-rule.ts'
import { longestReason, scoreOf, scorerName } from '../../agents/scorer.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { padded } from '../../store/padded.ts'
import type { Row } from '../../store/tables.ts'
import type { CaseOutcome, EvalOutcome, Scored } from '../../telemetry/eval-event.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import { type Fault, Refusal, refuse } from '../../values/fault.ts'
import type { RunId } from '../../values/id.ts'
import { microUsd } from '../../values/money.ts'
import { parse } from '../../values/schema.ts'
import type { EvalCompany, EvalResult, Sitting } from './desk.ts'
import { caseTask, judgeTask } from './draw.ts'
import { judgement } from './judge.ts'
import { writeRecording } from './recorded.ts'

/** What an eval came to; the first time that its run is found at its end, it is scored and written down. Faults: see `Evals.result`. */
export async function resultOf(
  company: EvalCompany,
  sittings: Map<RunId, Sitting>,
  id: RunId,
): Promise<EvalResult | null> {
  const { kernel } = company
  const known = await kept(kernel, id)
  if (known) return known
  const run = await kernel.store.read.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!run) refuse('input.unknown', { kind: 'run', name: id, nearest: '', command: 'soloist eval' })
  if (run.ended_at === null) return null
  const sitting = sittings.get(id)
  if (!sitting) refuse('eval.interrupted', { run: id })
  try {
    const outcome = await score(kernel, id, sitting)
    const recorded =
      sitting.recording === null
        ? null
        : writeRecording(company.places.folder, outcome.eval, sitting.recording, (value) =>
            kernel.vault.maskJson(value),
          )
    await keep(kernel, run, outcome)
    return { run: id, recorded, ...outcome }
  } finally {
    sittings.delete(id)
    kernel.exams.delete(id)
  }
}

async function kept({ store, journal }: Kernel, run: RunId): Promise<EvalResult | undefined> {
  const row = await store.read.selectFrom('eval_results').select('seq').where('run_id', '=', run).executeTakeFirst()
  if (!row) return undefined
  const [event] = await journal.at([row.seq])
  if (event?.kind !== 'eval.done') throw new TypeError(`${run} has no result at ${row.seq}`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  return { run, recorded: null, ...event.payload }
}

/** Throws the fault of a run that says nothing of the version: a provider that was down, money that was short, no recorded answer. */
async function score(kernel: Kernel, run: RunId, { found, artifact, answers }: Sitting): Promise<EvalOutcome> {
  const { evaluation, hash: evalHash } = found
  const ends = await endsOf(kernel, run)
  const cases = evaluation.cases.map((_one, index) => caseOutcome(evaluation, index, (task) => ends.get(task)))
  const missed = missedParts(evaluation.pass, cases)
  const { spent } = await kernel.budget.spentOn({ scope: `run:${run}`, period: 'life' })
  return {
    eval: evaluation.name,
    evalHash,
    agent: artifact.name,
    hash: artifact.hash,
    version: artifact.version,
    verdict: missed.length === 0 ? 'passed' : 'failed',
    missed,
    score: meanScore(cases),
    cost: microUsd(spent),
    answers,
    cases,
  }
}

type End = Extract<StoredEvent, { kind: 'task.done' | 'task.failed' }>

/** How the tasks of a run ended, by their names. */
async function endsOf({ store, journal }: Kernel, run: RunId): Promise<Map<string, End>> {
  const rows = await store.read
    .selectFrom('tasks')
    .select(['name', 'outcome_seq'])
    .where('run_id', '=', run)
    .where('outcome_seq', 'is not', null)
    .execute()
  const events = await journal.at(padded(rows.map((row) => row.outcome_seq as number)))
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  return new Map(
    rows.flatMap(({ name, outcome_seq }): [string, End][] => {
      const event = bySeq.get(outcome_seq as number)
      return event?.kind === 'task.done' || event?.kind === 'task.failed' ? [[name, event]] : []
    }),
  )
}

function caseOutcome(
  { cases, scorers }: AnyEvaluation,
  index: number,
  endOf: (task: string) => End | undefined,
): CaseOutcome {
  const one = cases[index]
  if (!one) throw new TypeError(`there is no case ${index}`)
  const head = { name: one.name, kind: one.kind ?? null }
  const end = endOf(caseTask(index))
  const none = (why: string): CaseOutcome => ({ ...head, score: 0, why, scores: [] })
  if (end?.kind === 'task.failed') return none(ownFailure(end.payload?.fault))
  if (!end?.payload) return none('it gave no answer')
  const { output, madeBy } = end.payload
  if (madeBy?.rung) return none(`not its own model answered, but ${madeBy.rung}`)
  const scores = scorers.map((scorer, place): Scored => {
    const name = scorerName(scorer)
    if (scorer.kind !== 'rubric') return { scorer: name, ...scoreOf(scorer, one, output) }
    return { scorer: name, ...judged(endOf(judgeTask(index, place))) }
  })
  return { ...head, score: meanScore(scores), why: null, scores }
}

/** What an agent did wrong, in its fault's words; any other fault is none of its doing, and is thrown. */
function ownFailure(why: Fault | undefined): string {
  if (why === undefined) return 'it failed'
  if (isOwnFault(why.code)) return why.message
  throw new Refusal(why)
}

function judged(end: End | undefined): Pick<Scored, 'score' | 'reason'> {
  if (end?.kind === 'task.failed' && end.payload) throw new Refusal(end.payload.fault)
  const parsed = end?.kind === 'task.done' ? parse(judgement, end.payload?.output) : undefined
  if (!parsed?.ok) return { score: 0, reason: 'the judge gave no score' }
  return { score: parsed.value.score, reason: parsed.value.reason.slice(0, longestReason) }
}

async function keep(kernel: Kernel, run: Row<'runs'>, outcome: EvalOutcome): Promise<void> {
  await kernel.store.write(async (tx) => {
    const known = await tx.db.selectFrom('eval_results').select('seq').where('run_id', '=', run.id).executeTakeFirst()
    if (known) return
    const seq = await kernel.journal.append(tx, {
      kind: 'eval.done',
      subject: run.subject,
      run: run.id,
      origin: 'external',
      payload: outcome,
    })
    const { agent, hash, evalHash: eval_hash, verdict, score: mean, cost, answers } = outcome
    const row = { run_id: run.id, agent, hash, eval: outcome.eval, eval_hash, verdict, score: mean, cost, answers, seq }
    await tx.db.insertInto('eval_results').values(row).execute()
  })
}
