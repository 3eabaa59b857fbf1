import { z } from 'zod'
import type { Embedder } from '../memory/embedder.ts'
import { tellingKinds } from '../memory/texts.ts'
import { type Duration, days, minutes } from '../values/time.ts'

/** How the company remembers, and what becomes of old memory. */
export interface MemoryPlan {
  /** How old an event is, counted from when it was recorded, before it is made into facts and counts. Default: 30 days. */
  readonly distilAfter?: Duration
  /**
   * How long events of a kind stay in recall and snapshots, counted from when they happened. What has no time here stays for good. The
   * journal keeps all of them.
   */
  readonly retention?: Partial<Readonly<Record<RetainedKind, Duration>>>
  /** Weighs what recall has found by what is meant as well: `localEmbeddings()`, or `embeddings(model)`. Default: words alone. */
  readonly embedder?: Embedder
}

/** The kinds of events whose words recall and snapshots find. */
export type RetainedKind = (typeof tellingKinds)[number]

/** Long enough that what is under way is found as it was said, short enough that snapshots have facts when a project ends. */
export const usualDistilAfter = days(30)

/** The keys of the section, each kind of event among them: what is not here is misspelt. */
export const memoryShape = {
  distilAfter: null,
  embedder: null,
  retention: Object.fromEntries(tellingKinds.map((kind) => [kind, null])),
}

const notALength = 'is not a length of time: write days(30)'

/** Checks the values; a Duration is whole milliseconds. */
export const memorySpec = z.looseObject({
  embedder: z
    .looseObject({
      name: z.string().trim().min(1).max(200),
      dimensions: z.int().min(1).max(8192),
      price: z.literal(
        'free',
        "is not 'free': what costs is refused here, for nothing reserves it; take a server of your own",
      ),
      embed: z.custom<Embedder['embed']>((value) => typeof value === 'function', 'is no function'),
      rest: z
        .custom<NonNullable<Embedder['rest']>>((value) => typeof value === 'function', 'is no function')
        .optional(),
    })
    .optional(),
  distilAfter: z.int(notALength).min(minutes(1), 'is less than a minute').optional(),
  retention: z.record(z.string(), z.int(notALength).min(minutes(1), 'is less than a minute')).optional(),
})
