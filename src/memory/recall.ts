import type { Seq } from '../store/tables.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Span } from './dates.ts'
import type { Likeness } from './likeness.ts'
import type { Line, Tier } from './line.ts'
import type { Part } from './weigh.ts'

/** What is asked of memory. */
export interface Question {
  readonly query: string
  /** Only what is about it, under whatever record. */
  readonly identity?: IdentityId
  /** All when not said. */
  readonly tiers?: readonly Tier[]
  /** Most tokens of all lines together. */
  readonly budget: number
  /** What it is for: weighs a little beside the query. */
  readonly purpose?: string
  /** Whose working memory may answer. */
  readonly run?: RunId
  /** Only events of these kinds, of the history. */
  readonly kinds?: readonly string[]
  /** Nothing of the history of this run: it has that already. */
  readonly exceptRun?: RunId
  /** Says also how each line was found. */
  readonly explain?: boolean
}

export interface Recalled {
  /** In the order in which they are best read: conversations together and in their order, each day under its date. */
  readonly lines: readonly Line[]
  readonly tokens: number
  /** The last event that could be found. */
  readonly upTo: Seq
  /** Where it was asked for. */
  readonly explained?: Explained
}

/** How an answer came about. */
export interface Explained {
  /** The words that were looked for: `from` is the word of the question that one stands for. */
  readonly words: readonly {
    readonly word: string
    readonly from: string | null
    readonly idf: number
    readonly passages: number
  }[]
  /** Stretches of time that the question names, in milliseconds since 1970 and in the operator's days. */
  readonly dates: readonly Span[]
  /** What each line's score is made of, in the order of the lines. */
  readonly parts: readonly (readonly Part[])[]
  /** Which embedder was asked what is meant, and what of it is lacking; `null` where there is none. */
  readonly meaning: Pick<Likeness, 'embedder' | 'lacking' | 'fault'> | null
  /** How many were weighed. */
  readonly considered: number
  /** The best of those that did not fit or said the same again. */
  readonly left: readonly { readonly line: Omit<Line, 'tokens'>; readonly parts: readonly Part[] }[]
}

/** Finds the best that memory holds on a question, packed into a budget. Calls no model but the embedder, where there is one, and answers without it when it fails. Faults: `input.invalid`, `input.too-large`, `identity.unknown`, `vault.forgotten`. */
export type Recall = (question: Question) => Promise<Recalled>
