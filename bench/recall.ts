import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { embedAhead } from '../src/memory/embed-passages.ts'
import type { Embedder } from '../src/memory/embedder.ts'
import { learnWords } from '../src/memory/learn-words.ts'
import { openRecall } from '../src/memory/open-recall.ts'
import type { Recall } from '../src/memory/recall.ts'
import { loadTokens } from '../src/memory/tokens.ts'
import { localEmbeddings } from '../src/models/local-embeddings.ts'
import { Refusal } from '../src/values/fault.ts'
import type { IdentityId } from '../src/values/id.ts'
import { instant } from '../src/values/time.ts'
import { bm25, fitting, type Text } from './bm25.ts'
import { type Conversation, readConversations } from './conversations.ts'
import { openRemembering, type Remembering } from './remembering.ts'

// How much of the evidence of questions about long conversations stands in what recall gives, beside plain BM25 over the same lines:
// `npm run bench:recall [-- --data conversations.json]`, and with an embedder beside them by
// `npm run bench:recall-embeddings`. The conversations are under a research licence and no part of the project.
const usual = join(import.meta.dirname, '../../shared/data/conversations-dev.json')
const { values } = parseArgs({ options: { data: { type: 'string' }, embedder: { type: 'string' } } })
const path = values.data ?? process.env.RECALL_CONVERSATIONS ?? usual
const budgets = [500, 1000, 2000, 4000]

/** Of the evidence of some questions: how many turns there are, and how many stand in the context, by budget. */
interface Tally {
  readonly name: string
  readonly category: number
  readonly turns: number
  readonly found: readonly number[]
}

if (existsSync(path)) await compare()
else process.stdout.write(`There is no ${path}: recall is not measured. Name a file with --data.\n`)

async function compare(): Promise<void> {
  const company = await openRemembering()
  const ways: Way[] = [{ name: 'recall' }]
  const embedder = embedderNamed(values.embedder)
  if (embedder) ways.push({ name: 'with meaning', embedder })
  try {
    const columns = new Map<string, Tally[]>([...ways.map(({ name }) => name), 'BM25'].map((name) => [name, []]))
    for (const conversation of readConversations(path)) {
      const said = await record(company, conversation)
      if (embedder) await embedAll(company, embedder)
      for (const { name, ...by } of ways) {
        const recall = openRecall({ ...company, passages: company.memory.passages, ...by })
        columns.get(name)?.push(...(await byRecall(recall, conversation, said)))
      }
      columns.get('BM25')?.push(...(await byWords(conversation)))
    }
    print(columns)
  } finally {
    await company.close()
  }
}

/** A way to recall that is measured. */
interface Way {
  readonly name: string
  readonly embedder?: Embedder
}

function embedderNamed(name: string | undefined): Embedder | undefined {
  if (name === undefined) return undefined
  if (name !== 'local') throw new Error(`There is no embedder ${name}: --embedder local`)
  const beside = join(import.meta.dirname, 'recall-embeddings/package.json')
  try {
    return localEmbeddings(beside)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stdout.write('Its packages are not there: npm ci --prefix bench/recall-embeddings\n')
    return undefined
  }
}

/** As the company does it by itself when it is at rest. */
async function embedAll({ memory: { passages }, clock }: Remembering, embedder: Embedder): Promise<void> {
  await passages.catchUp()
  for (let after = 0; ; ) {
    const { upTo } = await embedAhead(passages, { embedder, clock }, after)
    if (upTo === after) break
    after = upTo
  }
  while (!(await learnWords(passages, { embedder, clock }, (text) => text)).done);
}

interface Said {
  readonly identity: IdentityId
  /** The turn of each event. */
  readonly turns: ReadonlyMap<number, string>
}

/** Puts a conversation into the company, as interactions with one project. */
async function record({ store, identities }: Remembering, { name, sessions }: Conversation): Promise<Said> {
  const turns = new Map<number, string>()
  const identity = await store.write((tx) => identities.create(tx, { kind: 'project', name, origin: 'operator' }))
  for (const session of sessions) {
    await store.write(async (tx) => {
      for (const [at, { id, speaker, text }] of session.turns.entries()) {
        const said = { channel: 'chat', by: 'them', origin: 'external', identity, who: speaker, text } as const
        const when = { thread: `${name} ${session.name}`, at: instant(session.at + at * 1000) }
        turns.set(await identities.interactions.record(tx, { ...said, ...when }), id)
      }
    })
  }
  return { identity, turns }
}

async function byRecall(recall: Recall, conversation: Conversation, { identity, turns }: Said): Promise<Tally[]> {
  return tallies(conversation, async (query, budget) => {
    const { lines } = await recall({ query, identity, budget })
    return new Set(lines.flatMap(({ source }) => (source.tier === 'history' ? [turns.get(source.seq) ?? ''] : [])))
  })
}

async function byWords(conversation: Conversation): Promise<Tally[]> {
  const count = await loadTokens()
  const texts = conversation.sessions.flatMap(({ turns }) =>
    turns.map(
      ({ id, speaker, text }): Text => ({ key: id, text: `${speaker}: ${text}`, tokens: count(`${speaker}: ${text}`) }),
    ),
  )
  const byKey = new Map(texts.map((text) => [text.key, text]))
  const rank = bm25(texts)
  // Bare lines without a date: the best case for it.
  return tallies(conversation, async (query, budget) => fitting(rank(query), byKey, budget))
}

async function tallies(
  { name, questions }: Conversation,
  ask: (query: string, budget: number) => Promise<ReadonlySet<string>>,
): Promise<Tally[]> {
  const done: Tally[] = []
  for (const { question, category, evidence } of questions) {
    const found: number[] = []
    for (const budget of budgets) {
      const given = await ask(question, budget)
      found.push(evidence.filter((id) => given.has(id)).length)
    }
    done.push({ name, category, turns: evidence.length, found })
  }
  return done
}

function print(columns: ReadonlyMap<string, readonly Tally[]>): void {
  const [first = []] = columns.values()
  const groups: [string, (tally: Tally) => boolean][] = [
    ...[...new Set(first.map(({ name }) => name))].map((name): [string, (tally: Tally) => boolean] => [
      name,
      (tally) => tally.name === name,
    ]),
    ...[1, 2, 3, 4].map((category): [string, (tally: Tally) => boolean] => [
      `category ${category}`,
      (tally) => tally.category === category,
    ]),
    ['all', () => true],
  ]
  const lines = [
    row(
      'share of evidence turns',
      budgets.map((budget) => `${budget} tokens`),
    ),
  ]
  for (const [name, within] of groups) {
    for (const [way, tallies] of columns) lines.push(row(`${name}: ${way}`, shares(tallies.filter(within))))
  }
  for (const [way, tallies] of columns) lines.push(row(`all, mean of questions: ${way}`, means(tallies)))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function shares(some: readonly Tally[]): string[] {
  const turns = some.reduce((sum, tally) => sum + tally.turns, 0)
  return budgets.map((_budget, at) => (some.reduce((sum, { found }) => sum + (found[at] ?? 0), 0) / turns).toFixed(3))
}

function means(some: readonly Tally[]): string[] {
  return budgets.map((_budget, at) =>
    (some.reduce((sum, { found, turns }) => sum + (found[at] ?? 0) / turns, 0) / some.length).toFixed(3),
  )
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(38) + cells.map((cell) => cell.padStart(13)).join('')
}
