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

/** Brings together what a question may find: four queries, and at most `mostRead` texts. */
export async function gather(passages: Passages, asked: Asked, within: Within): Promise<Pool> {
  const found = await passages.search(lookups(asked.concepts), within, mostFound)
  const ids = found.matches.map(({ id }) => id)
  const rows = await passages.rows(ids.slice(0, mostSeeds), reach)
  const wanted = [...new Set([...ids.slice(0, mostSeeds), ...rows.flat(), ...ids])].slice(0, mostRead)
  const read = await passages.read(wanted)
  for (const { from, until } of asked.spans) {
    const then = { ...within, from: instant(from), until: instant(until) }
    read.push(...(await passages.newest(then, mostOfSpan)))
  }
  const candidates = [...new Map(read.map((passage) => [passage.id, passage])).values()].map(candidateOf)
  const frequencies = new Map<string, number>()
  for (const [word, count] of found.of) {
    const sum = (frequencies.get(termOf(word)) ?? 0) + count
    frequencies.set(termOf(word), Math.min(sum, found.passages))
  }
  const { passages: most } = found
  return { candidates, before: linked(rows), passages: most, frequency: (term) => frequencies.get(term) ?? 0 }
}

/** A passage as `Pool` has it. Pure. */
export function candidateOf(passage: Passage): Candidate {
  const speaker = speakerOf(passage)
  return { passage, ...countTerms(wordsOf(passage.text)), speaker, conversation: conversationOf(passage) }
}

// Some 15 times what fits into 500 tokens, 2 times what fits into 4 000.
const mostFound = 250
// Whose neighbours are looked at: those of what is found far down decide nothing.
const mostSeeds = 100
/** So far apart two lines may still be question and answer: with more the conversation has moved on. */
const reach = 2
// Of a day that is asked for: what was said on it may share no word with the question.
const mostOfSpan = 40
// 30 µs each: deciphered, parsed, taken apart.
const mostRead = 400

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
