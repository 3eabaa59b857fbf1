import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openRecall } from '../src/memory/open-recall.ts'
import type { Recall } from '../src/memory/recall.ts'
import { loadTokens } from '../src/memory/tokens.ts'
import type { IdentityId } from '../src/values/id.ts'
import { instant } from '../src/values/time.ts'
import { bm25, fitting, type Text } from './bm25.ts'
import { type Conversation, readConversations } from './conversations.ts'
import { openRemembering, type Remembering } from './remembering.ts'

// How much of the evidence of questions about long conversations stands in what recall gives, beside plain BM25 over the same lines:
// `npm run bench:recall [-- --data conversations.json]`. The conversations are under a research licence and no part of the project.
const usual = join(import.meta.dirname, '../../shared/data/conversations-dev.json')
const { values } = parseArgs({ options: { data: { type: 'string' } } })
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
  try {
    const recall = openRecall({ ...company, passages: company.memory.passages })
    const [ours, plain]: [Tally[], Tally[]] = [[], []]
    for (const conversation of readConversations(path)) {
      const said = await record(company, conversation)
      ours.push(...(await byRecall(recall, conversation, said)))
      plain.push(...(await byWords(conversation)))
    }
    print(ours, plain)
  } finally {
    await company.close()
  }
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

function print(ours: readonly Tally[], plain: readonly Tally[]): void {
  const groups: [string, (tally: Tally) => boolean][] = [
    ...[...new Set(ours.map(({ name }) => name))].map((name): [string, (tally: Tally) => boolean] => [
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
    const [mine, theirs] = [ours.filter(within), plain.filter(within)]
    lines.push(row(`${name}: recall`, shares(mine)), row(`${name}: BM25`, shares(theirs)))
  }
  lines.push(row('all, mean of questions: recall', means(ours)), row('all, mean of questions: BM25', means(plain)))
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
  return name.padEnd(32) + cells.map((cell) => cell.padStart(13)).join('')
}
