import type { Seq } from '../store/tables.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { Vectors } from './vectors.ts'
import type { WordVectors } from './word-vectors.ts'

/** A piece of an event's text, short enough to be a line of a context. Found by its words; the text itself stays in the journal. */
export interface Passage {
  /** Its number in the index; another one after the index was rebuilt. */
  readonly id: number
  readonly seq: Seq
  /** An event's pieces: 0, 1, 2 … */
  readonly part: number
  readonly identity: IdentityId
  readonly run: RunId | null
  /** The kind of its event. */
  readonly kind: string
  /** The conversation it is of. */
  readonly thread: string | null
  /** When it happened. */
  readonly at: Instant
  readonly origin: Origin
  /** With the speaker where it is a conversation: `Ana: …`. */
  readonly text: string
  readonly tokens: number
  /** From 0 to 1: how much it matters by what it is, whatever is asked. */
  readonly weight: number
}

/** Which passages count. All that is given must hold. */
export interface Within {
  /** Of one of these identities. */
  readonly identities?: readonly IdentityId[]
  readonly run?: RunId
  /** Of any run but this one, or of none. */
  readonly exceptRun?: RunId
  readonly kinds?: readonly string[]
  readonly from?: Instant
  readonly until?: Instant
  readonly thread?: string
}

/** How hard a match looks: see `Passages.match`. */
export type Effort = 'thorough' | 'quick'

export interface Match {
  readonly id: number
  /** BM25, the higher the better. */
  readonly score: number
}

/** What a search found, and how common its words are among the passages that count. */
export interface Searched {
  readonly matches: readonly Match[]
  /** How many passages count, at most so exactly as it is worth: a large number may be an estimate. */
  readonly passages: number
  readonly of: ReadonlyMap<string, number>
}

/**
 * The journal's texts by their words, in a file of its own that is rebuilt at will: no backup and no archive holds it. It holds words
 * and no texts. An identity that is forgotten is forgotten here by `forget`, to the last byte of the file.
 */
export interface Passages {
  /** Another number after something was taken out, or the index was made anew: whoever kept passages, or their ids, asks again. */
  readonly edition: number
  /** Takes in what the journal got since; gives up to which event. All others answer from what was taken in. */
  catchUp(): Promise<Seq>
  /**
   * The best by BM25 over these words, any of which may be missing. Bounded work: where words are so common that they would touch too
   * much, the rare ones find, and the common ones only weigh, the newest first. At most `limit`, the best first. A `quick` match looks
   * at the newest few of each word and at nothing else: a fraction of a millisecond a word, for whoever judges by the texts.
   */
  match(words: readonly string[], within: Within, limit: number, effort?: Effort): Promise<Match[]>
  /**
   * What is worth reading for words that weigh differently, and in how many of the passages that count each word stands. Rougher and
   * quicker than `match`: a common word may be missed in what is old, and lengths do not count. For those who read and weigh themselves.
   */
  search(words: ReadonlyMap<string, number>, within: Within, limit: number): Promise<Searched>
  /** The newest by when they happened, the newest first. */
  newest(within: Within, limit: number): Promise<Passage[]>
  /** Those that matter most by what they are; of equal weight the newest first. */
  weightiest(within: Within, limit: number): Promise<Passage[]>
  /** Its neighbours in its conversation: up to `each` before and after it, in order, itself left out. */
  around(id: number, each: number): Promise<Passage[]>
  /** The numbers of their neighbours: of each, up to `each` before and after it in its conversation, in order, itself among them. */
  rows(ids: readonly number[], each: number): Promise<(readonly number[])[]>
  /** By id, in the order asked for; those that are gone are left out. */
  read(ids: readonly number[]): Promise<Passage[]>
  /** What an embedder made of them. */
  readonly vectors: Vectors
  /** What it made of their words. */
  readonly words: WordVectors
  /** In how many passages each word stands, and how many passages there are. */
  frequencies(
    words: readonly string[],
  ): Promise<{ readonly passages: number; readonly of: ReadonlyMap<string, number> }>
  /** Takes out all that these identities are the subject of, so that no byte of the file holds it. */
  forget(identities: readonly IdentityId[]): Promise<void>
  /** Whether there are passages that `retire` would take out. */
  holds(old: Old): Promise<boolean>
  /** Takes them out of all answers. They are not taken in again as long as `retired` rows say so; their texts stay in the journal. */
  retire(old: Old): Promise<void>
  close(): Promise<void>
}

/** Passages of one kind that happened before an instant, of events up to one. */
export interface Old {
  readonly kind: string
  readonly before: Instant
  readonly upTo: Seq
}
