import type { Search } from '../agents/recall-spec.ts'
import { type MarkedLine, type Remembered, sourceName } from '../agents/remembered.ts'
import type { Line } from '../memory/line.ts'
import type { Json } from '../values/json.ts'
import { localTime } from '../values/local-time.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { type Attempt, recordStep, type Step } from './attempt.ts'
import { knowledgeFor } from './knowledge-for.ts'
import type { Pinned } from './pinned-agent.ts'
import { eventsOfRun } from './provenance.ts'
import { recallBefore } from './record.ts'
import type { Inputs } from './values.ts'

/** What an agent was given of memory in this round, and what follows from that for what it makes. */
export interface Recollection extends Remembered {
  readonly origins: readonly Origin[]
  /** The events that the lines are of. */
  readonly sources: readonly number[]
}

/** The output of the step `recall`: exactly the lines that the agent was given. */
export interface RecallStep extends Remembered {
  readonly queries: readonly string[]
  readonly tokens: number
}

// What is asked for is a sentence or a topic; of a long input its beginning says what it is about.
const longestQuery = 2000
// More lines are no help to anybody; 25 000 tokens of ordinary lines are some 400.
const mostLines = 500
// A search writes the day of a line above it, a snapshot before it and all in one line.
const dayForm = /^(?:\d{1,2} \p{Lu}\p{L}+(?: \d{4})?\n|\d{4}-\d{2}-\d{2} )/u
// After what holds for a time a snapshot says more of when.
const whenForm = /(?: \([^()]*\))+$/

/**
 * What the agent's `recall` asks for, as one step before its first turn: a retry is given the same lines, another round after a
 * `returned` recalls anew. The run is pinned to the versions of knowledge that it was given. Only what is about the task's own subject is
 * recalled: the step is under that subject's key, and is forgotten with it. Faults: `identity.unknown`, `vault.forgotten`.
 */
export async function remember(
  attempt: Attempt,
  pinned: Pinned,
  inputs: Inputs,
  prefix: string,
): Promise<Recollection | undefined> {
  if (pinned.body.recall === undefined) return undefined
  const key = `${prefix}recall`
  const { output } =
    attempt.steps.get(key) ??
    (await recallBefore(attempt, key, pinned)) ??
    (await recallNow(attempt, key, pinned, inputs))
  const { lines, left } = output as unknown as RecallStep
  const sources = lines.flatMap(({ source }) => ('seq' in source ? [source.seq] : []))
  return { lines, left, origins: lines.map(({ origin }) => origin), sources }
}

async function recallNow(attempt: Attempt, key: string, pinned: Pinned, inputs: Inputs): Promise<Step> {
  const { kernel, task } = attempt
  const startedAt = kernel.clock.now()
  const known = await knowledgeFor(attempt, pinned, (names) => textOf(inputs, names))
  const queries = (pinned.body.recall?.history ?? []).map((search) => ({ ...search, query: queryOf(search, inputs) }))
  const found = attempt.exam
    ? attempt.exam.memory(task.name).map(toldLine)
    : [...(await snapshotOf(attempt, pinned)), ...(await historyOf(attempt, pinned, queries))]
  const lines = marked([...known.lines, ...(await ofOtherRuns(attempt, found.slice(0, mostLines)))], kernel.timeZone)
  const tokens = lines.reduce((sum, line) => sum + line.tokens, 0)
  const recalled: RecallStep = { queries: queries.map(({ query }) => query), lines, tokens, left: known.left }
  const output = recalled as unknown as Json
  const origin = worstOrigin(lines.map((line) => line.origin))
  return kernel.store.write(async (tx) => {
    const step = await recordStep(tx, attempt, { key, kind: 'recall', output, origin, startedAt })
    await kernel.knowledge.pin(tx, task.run_id, known.files)
    return step
  })
}

/** At an eval its author says what is remembered, as the company's own word. */
function toldLine(text: string, index: number): Line {
  const source = { tier: 'knowledge', path: 'the case', hash: '', heading: String(index + 1) } as const
  return { text, tokens: 0, source, origin: 'operator', at: null, score: 1, why: 'told' }
}

async function snapshotOf({ kernel, task }: Attempt, { body }: Pinned): Promise<readonly Line[]> {
  const budget = body.recall?.snapshot ?? 0
  if (budget === 0) return []
  const purpose = purposeOf(body)
  return (await kernel.memory.snapshot({ identity: task.subject, purpose, budget })).lines
}

async function historyOf(
  { kernel, task, run }: Attempt,
  { body }: Pinned,
  searches: readonly (Search & { readonly query: string })[],
): Promise<readonly Line[]> {
  const { recall, working } = kernel.memory
  if (searches.length === 0) return []
  await working.load(run.id)
  const purpose = purposeOf(body)
  const about = {
    identity: task.subject,
    tiers: ['history', 'working'],
    purpose,
    run: run.id,
    exceptRun: run.id,
  } as const
  const lines: Line[] = []
  for (const { query, tokens, kinds } of searches) {
    // Inputs may have no word in them: then there is nothing to look for.
    if (!/\p{L}|\p{N}/u.test(query) || tokens === 0) continue
    lines.push(...(await recall({ ...about, query, budget: tokens, ...(kinds ? { kinds } : {}) })).lines)
  }
  return lines
}

function purposeOf({ recall, does }: Pinned['body']): string {
  return (recall?.purpose ?? does).slice(0, longestQuery)
}

/** What this very run did comes to it by its wires. */
async function ofOtherRuns({ kernel, run }: Attempt, lines: readonly Line[]): Promise<readonly Line[]> {
  const seqs = lines.flatMap(({ source }) => (source.tier === 'history' ? [source.seq] : []))
  const own = await eventsOfRun(kernel, run.id, seqs)
  return lines.filter(({ source }) => source.tier !== 'history' || !own.has(source.seq))
}

/** Each line once, however many ways led to it. */
function marked(lines: readonly Line[], timeZone: string): MarkedLine[] {
  const seen = new Set<string>()
  const fresh = lines.filter(({ source, text }) => {
    const said = text.replace(dayForm, '').replace(whenForm, '').replaceAll(/\s+/g, ' ').trim()
    const name = JSON.stringify([source.tier, sourceName(source), said])
    return seen.has(name) ? false : seen.add(name)
  })
  return fresh.map((line, index) => {
    const day = line.at === null ? null : localTime(line.at, timeZone).slice(0, 10)
    return { mark: `m${index + 1}`, day, ...line }
  })
}

function queryOf({ words = '', by = [] }: Search, inputs: Inputs): string {
  return `${words}\n${textOf(inputs, by)}`.trim().slice(0, longestQuery)
}

/** The words of some inputs: what is found is found by them. */
function textOf({ value }: Inputs, names: readonly string[]): string {
  const words: string[] = []
  const walk = (part: Json | undefined): void => {
    if (typeof part === 'string') words.push(part)
    else if (part !== null && typeof part === 'object') for (const inner of Object.values(part)) walk(inner as Json)
  }
  for (const name of names) walk(value[name])
  return words.join('\n').slice(0, longestQuery).trim()
}
