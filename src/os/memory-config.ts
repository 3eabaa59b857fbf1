import { z } from 'zod'
import { tellingKinds } from '../memory/texts.ts'
import { type Duration, days, minutes } from '../values/time.ts'

/** What becomes of old memory. */
export interface MemoryPlan {
  /** How old an event is, counted from when it was recorded, before it is made into facts and counts. Default: 30 days. */
  readonly distilAfter?: Duration
  /**
   * How long events of a kind stay in recall and snapshots, counted from when they happened. What has no time here stays for good. The
   * journal keeps all of them.
   */
  readonly retention?: Partial<Readonly<Record<RetainedKind, Duration>>>
}

/** The kinds of events whose words recall and snapshots find. */
export type RetainedKind = (typeof tellingKinds)[number]

/** Long enough that what is under way is found as it was said, short enough that snapshots have facts when a project ends. */
export const usualDistilAfter = days(30)

/** The keys of the section, each kind of event among them: what is not here is misspelt. */
export const memoryShape = {
  distilAfter: null,
  retention: Object.fromEntries(tellingKinds.map((kind) => [kind, null])),
}

const notALength = 'is not a length of time: write days(30)'

/** Checks the values; a Duration is whole milliseconds. */
export const memorySpec = z.looseObject({
  distilAfter: z.int(notALength).min(minutes(1), 'is less than a minute').optional(),
  retention: z.record(z.string(), z.int(notALength).min(minutes(1), 'is less than a minute')).optional(),
})
