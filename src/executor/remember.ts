import { type MarkedLine, type Remembered, sourceName } from '../agents/remembered.ts'
import type { KnowledgeFile } from '../memory/knowledge.ts'
import type { Line } from '../memory/line.ts'
import type { Tx } from '../store/store.ts'
import type { Json } from '../values/json.ts'
import { type Origin, worstOrigin } from '../values/origin.ts'
import { type Attempt, recordStep, type Step } from './attempt.ts'
import { knowledgeFor } from './knowledge-for.ts'
import type { Pinned } from './pinned-agent.ts'
import type { Inputs } from './values.ts'

/** What an agent was given of memory in this round, and what follows from that for what it makes. */
export interface Recollection extends Remembered {
  readonly origins: readonly Origin[]
  /** The events that the lines are of. */
  readonly sources: readonly number[]
}

/** The output of the step `recall`: exactly the lines that the agent was given. */
export interface RecallStep extends Remembered {
  readonly query: string
  readonly tokens: number
}

// What is asked for is a sentence or a topic; of a long input its beginning says what it is about.
const longestQuery = 2000

/**
 * What the agent's `recall` asks for, as one step before its first turn: a retry is given the same lines, another round after a
 * `returned` recalls anew. Versions of knowledge that it was given are pinned to the run. Only what is about the task's own subject is
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
  const { output } = attempt.steps.get(key) ?? (await recallNow(attempt, key, pinned, inputs))
  const { lines, left } = output as unknown as RecallStep
  const sources = lines.flatMap(({ source }) => ('seq' in source ? [source.seq] : []))
  return { lines, left, origins: lines.map(({ origin }) => origin), sources }
}

async function recallNow(attempt: Attempt, key: string, pinned: Pinned, inputs: Inputs): Promise<Step> {
  const { kernel } = attempt
  const startedAt = kernel.clock.now()
  const known = await knowledgeFor(attempt, pinned, (names) => textOf(inputs, names))
  const query = textOf(inputs, pinned.body.recall?.history?.by ?? [])
  const found = [...known.lines, ...(await snapshotOf(attempt, pinned)), ...(await historyOf(attempt, pinned, query))]
  const lines = marked(found)
  const tokens = lines.reduce((sum, line) => sum + line.tokens, 0)
  const output = { query, lines, tokens, left: known.left } satisfies RecallStep as unknown as Json
  const origin = worstOrigin(lines.map((line) => line.origin))
  return kernel.store.write(async (tx) => {
    const step = await recordStep(tx, attempt, { key, kind: 'recall', output, origin, startedAt })
    for (const file of known.files) await pin(tx, attempt, file)
    return step
  })
}

/** The first version that a run was given holds for it; a new round takes what is in force by then. */
async function pin(tx: Tx, { kernel, run, task }: Attempt, { path, hash }: Pick<KnowledgeFile, 'path' | 'hash'>) {
  const pinned = await kernel.shelf.pin(tx, run.id, 'knowledge', path, hash)
  if (pinned !== hash && task.round > 1) await kernel.shelf.repin(tx, run.id, 'knowledge', path, hash)
}

async function snapshotOf({ kernel, task }: Attempt, { body }: Pinned): Promise<readonly Line[]> {
  const budget = body.recall?.snapshot ?? 0
  if (budget === 0 || !kernel.memory.snapshot) return []
  const purpose = body.recall?.purpose ?? body.does
  return (await kernel.memory.snapshot({ identity: task.subject, purpose, budget })).lines
}

async function historyOf({ kernel, task, run }: Attempt, { body }: Pinned, query: string): Promise<readonly Line[]> {
  const budget = body.recall?.history?.tokens ?? 0
  if (budget === 0 || query === '' || !kernel.memory.recall) return []
  await kernel.memory.working.load(run.id)
  const tiers = ['history', 'working'] as const
  const purpose = body.recall?.purpose ?? body.does
  return (await kernel.memory.recall({ query, identity: task.subject, tiers, budget, purpose, run: run.id })).lines
}

/** Each line once, however many ways led to it. */
function marked(lines: readonly Line[]): MarkedLine[] {
  const seen = new Set<string>()
  const fresh = lines.filter(({ source, text }) => {
    const name = JSON.stringify([source.tier, sourceName(source), text])
    return seen.has(name) ? false : seen.add(name)
  })
  return fresh.map((line, index) => ({ mark: `m${index + 1}`, ...line }))
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
