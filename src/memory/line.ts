import type { Seq } from '../store/tables.ts'
import type { IdentityId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'

/** Where a line's content comes from. */
export type Source =
  | { readonly tier: 'history'; readonly seq: Seq; readonly kind: string; readonly identity: IdentityId }
  | { readonly tier: 'knowledge'; readonly path: string; readonly hash: string; readonly heading: string | null }
  | { readonly tier: 'working'; readonly key: string; readonly seq: Seq }

export type Tier = Source['tier']

/** One line of what an agent is given: a piece of memory with its source. */
export interface Line {
  readonly text: string
  readonly tokens: number
  readonly source: Source
  readonly origin: Origin
  /** When it happened or was recorded; `null` for knowledge. */
  readonly at: Instant | null
  /** Comparable within one answer only. */
  readonly score: number
  /** Why it is here, in a few words: `pinned`, `promised`, `recent`, `words: price, 2024`. */
  readonly why: string
}
