import type { Seq } from '../store/tables.ts'
import type { IdentityId, RunId } from '../values/id.ts'
import type { Line, Tier } from './line.ts'

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
}

export interface Recalled {
  /** In the order in which they are best read: conversations together and in their order. */
  readonly lines: readonly Line[]
  readonly tokens: number
  /** The last event that could be found. */
  readonly upTo: Seq
}

/** Finds the best that memory holds on a question, packed into a budget. Never calls a model. Faults: `input.invalid`, `identity.unknown`, `vault.forgotten`. */
export type Recall = (question: Question) => Promise<Recalled>
