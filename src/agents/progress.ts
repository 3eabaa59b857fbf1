import type { Sighting } from './sighting.ts'

/**
 * How far an agent has come: what it saw, and what it did since it last saw something new. A call that was never made, or a known one
 * with another outcome, is news. What was refused, and an answer that cannot be used, never are.
 */
export interface Progress {
  readonly seen: ReadonlySet<string>
  /** What it did again since the last news. */
  readonly again: readonly Sighting[]
  /** Refusals in a row. */
  readonly refused: readonly Sighting[]
  /** Calls in a row that differ only in a number and had the same outcome. */
  readonly alike: readonly Sighting[]
}

/** Why an agent is stopped, and what it did, the oldest first. */
export interface Loop {
  readonly why: 'same' | 'cycle' | 'nothing-new' | 'refused' | 'numbers' | 'answer'
  readonly tried: readonly Sighting[]
}

// Nothing was done yet.
export const noProgress: Progress = { seen: new Set(), again: [], refused: [], alike: [] }

/** How often the same may be seen before it is a loop; the last of these times stops it. */
export const limits = {
  /** The same look with the same answer: whoever waits for something may look five times in vain. */
  read: 6,
  wrote: 4,
  /** Once more after a refusal is fair, twice is not. */
  refused: 3,
  /** An answer that misses its form is asked for twice more; the fourth time is another attempt's. */
  answer: 4,
  /** Known calls in a circle: so many since the last news, each at least twice. */
  cycle: 6,
  /** Known calls in any order. */
  nothingNew: 16,
  refusals: 6,
  /** The days of a fortnight may all be empty. */
  alike: 16,
} as const

/** After one more thing that it did. */
export function nextProgress(progress: Progress, did: Sighting): Progress {
  const known = progress.seen.has(did.mark)
  const news = !known && (did.kind === 'read' || did.kind === 'wrote')
  const last = progress.alike.at(-1)
  return {
    seen: known ? progress.seen : new Set([...progress.seen, did.mark]),
    again: news ? [] : known ? [...progress.again, did] : progress.again,
    refused: did.kind === 'refused' ? [...progress.refused, did] : did.kind === 'answer' ? progress.refused : [],
    alike: did.numbered === null ? [] : last?.numbered === did.numbered ? [...progress.alike, did] : [did],
  }
}

/** The loop that an agent is in, or `undefined` while it gets on. */
export function loopIn({ again, refused, alike }: Progress): Loop | undefined {
  if (refused.length >= limits.refusals) return { why: 'refused', tried: refused }
  if (alike.length >= limits.alike) return { why: 'numbers', tried: alike }
  const [first] = again
  if (!first) return undefined
  const marks = Map.groupBy(again, ({ mark }) => mark)
  // The first time was news and stands before them.
  if (marks.size === 1 && again.length + 1 >= limits[first.kind])
    return {
      why: first.kind === 'answer' ? 'answer' : first.kind === 'refused' ? 'refused' : 'same',
      tried: [first, ...again],
    }
  const each = [...marks.values()].every((times) => times.length >= 2)
  if (marks.size > 1 && each && again.length >= limits.cycle) return { why: 'cycle', tried: again }
  return again.length >= limits.nothingNew ? { why: 'nothing-new', tried: again } : undefined
}
