import { instant } from '../values/time.ts'
import type { Passage, Passages, Within } from './passage.ts'
import { type Asked, lookups } from './query.ts'
import { countTerms, termOf, wordsOf } from './word.ts'

/** A passage that may be an answer, taken apart. */
export interface Candidate {
  readonly passage: Passage
  /** How often each of its terms stands in it. */
  readonly terms: ReadonlyMap<string, number>
  /** In words that tell something. */
  readonly length: number
  /** Who says it, in words; empty where nobody does. */
  readonly speaker: readonly string[]
  /** Names what it is a part of: a conversation, a run, itself. */
  readonly conversation: string
}

/** What a question may find: passages with its words, and what was said before and after them. */
export interface Pool {
  readonly candidates: readonly Candidate[]
  /** By id, what was said just before, where that is in the pool. */
  readonly before: ReadonlyMap<number, number>
  /** How many passages there are to choose from. */
  readonly passages: number
  /** In how many of these a term stands, for the terms that were looked up. */
  readonly frequency: (term: string) => number
}

/** Brings together what a question may find: a few queries, and at most some hundred texts, more for a larger budget in tokens. */
export async function gather(passages: Passages, asked: Asked, within: Within, budget: number): Promise<Pool> {
  const { mostFound, mostSeeds, mostRead } = sizesFor(budget)
  const found = await passages.search(lookups(asked.concepts), within, mostFound)
  const ids = found.matches.map(({ id }) => id)
  const rows = await passages.rows(ids.slice(0, mostSeeds), reach)
  const wanted = [...new Set([...ids.slice(0, mostSeeds), ...rows.flat(), ...ids])].slice(0, mostRead)
  const read = await passages.read(wanted)
  for (const { from, until } of asked.spans) {
    const then = { ...within, from: instant(from), until: instant(until) }
    read.push(...(await passages.newest(then, mostOfSpan)))
  }
  // Neighbours are looked up by their conversation alone.
  const counts = ({ kind, run }: Passage): boolean =>
    (within.kinds?.includes(kind) ?? true) && (within.exceptRun === undefined || run !== within.exceptRun)
  const known = new Map(read.filter(counts).map((passage) => [passage.id, passage]))
  const candidates = [...known.values()].map(candidateOf)
  const frequencies = new Map<string, number>()
  for (const [word, count] of found.of) {
    const sum = (frequencies.get(termOf(word)) ?? 0) + count
    frequencies.set(termOf(word), Math.min(sum, found.passages))
  }
  const { passages: most } = found
  return { candidates, before: linked(rows), passages: most, frequency: (term) => frequencies.get(term) ?? 0 }
}

function candidateOf(passage: Passage): Candidate {
  const speaker = speakerOf(passage)
  return { passage, ...countTerms(wordsOf(passage.text)), speaker, conversation: conversationOf(passage) }
}

/**
 * How many are found, how many of these are looked at with their neighbours, and how many texts are read in all, at 30 µs each. What
 * is found far down decides nothing: three conversations measured, twice as much found no more.
 */
function sizesFor(budget: number): {
  readonly mostFound: number
  readonly mostSeeds: number
  readonly mostRead: number
} {
  // A line takes some 30 tokens.
  const lines = Math.min(budget, largestCounted) / 30
  return {
    mostFound: Math.round(150 + 1.5 * lines),
    mostSeeds: Math.round(50 + lines),
    mostRead: Math.round(260 + 1.5 * lines),
  }
}

// Of a larger budget the rest stays empty.
const largestCounted = 8000
/** So far apart two lines may still be question and answer: with more the conversation has moved on. */
const reach = 2
// Of a day that is asked for: what was said on it may share no word with the question.
const mostOfSpan = 40

function linked(rows: readonly (readonly number[])[]): Map<number, number> {
  const before = new Map<number, number>()
  for (const row of rows) for (const [at, id] of row.entries()) if (at > 0) before.set(id, row[at - 1] as number)
  return before
}

function speakerOf({ kind, text }: Passage): readonly string[] {
  return kind === 'interaction.recorded' ? wordsOf(text.slice(0, Math.max(0, text.indexOf(': ')))) : []
}

// What belongs to no conversation is no neighbour of what was recorded before it.
function conversationOf({ identity, thread, run, id }: Passage): string {
  if (thread !== null) return `${identity} ${thread}`
  return run === null ? `${id}` : `${identity} ${run}`
}
