import { setImmediate } from 'node:timers/promises'
import type { Waiting } from '../../memory/distil/backlog.ts'
import type { Wish } from '../../memory/distil/keep-lesson.ts'
import { ripeBefore } from '../../memory/distil/ripe.ts'
import type { Wanted } from '../../memory/distil/stretch.ts'
import { type Distil, openDistil } from '../../memory/distil.ts'
import type { Seq } from '../../store/tables.ts'
import { type IdentityId, type RunId, randomIds } from '../../values/id.ts'
import type { Duration } from '../../values/time.ts'
import type { DistilParts } from './distilling.ts'

/** What became of one stretch: facts were written down, or the agent `distiller` is asked first. */
export type Distilled =
  | ({ readonly state: 'kept'; readonly identity: IdentityId; readonly read: number; readonly until: Seq } & Learned)
  | { readonly state: 'asked'; readonly identity: IdentityId; readonly run: RunId }
  | { readonly state: 'nothing' }

/** What was taken from a stretch, and of what nothing was. */
export interface Learned {
  readonly learned: readonly Wish[]
  readonly dropped: Readonly<Record<string, number>>
}

/** Distils all that is old enough, a stretch after the other. Ends early when it is stopped, or where an agent is asked: gives its run. */
export async function distilAll(parts: DistilParts, after: Duration, signal: AbortSignal): Promise<RunId | undefined> {
  const { kernel, backlog } = parts
  while (!signal.aborted && kernel.mode().mode !== 'paused') {
    const before = ripeBefore(kernel.clock.now(), after)
    const first = await backlog.first()
    if (!first || first.at >= before) return undefined
    const done = await distilNext(parts, { ...wantedFrom(first), before })
    if (done.state === 'asked') return done.run
    if (done.state === 'nothing') return undefined
    await setImmediate()
  }
  return undefined
}

/** What lies between the cursor and the first event that waits tells nothing: it is not read. */
export function wantedFrom({ identity, of, after, seq }: Waiting): Omit<Wanted, 'before'> {
  return { identity, of, after: Math.max(after, seq - 1) }
}

/** Distils the next stretch of an identity. */
export async function distilNext(parts: DistilParts, wanted: Wanted): Promise<Distilled> {
  const distil = distilOf(parts)
  const stretch = await distil.read(wanted)
  if (!stretch) return { state: 'nothing' }
  const progress = await distil.progress(wanted.identity)
  const lesson = distil.lesson(stretch, progress, distil.extract(stretch))
  const kept = await distil.keep(lesson, { by: 'extract' })
  if (!kept) return { state: 'nothing' }
  const { learned, dropped } = kept
  const { events, until } = stretch
  return { state: 'kept', identity: wanted.identity, read: events.length, until, learned, dropped }
}

export function distilOf({ kernel, backlog, config }: DistilParts): Distil {
  const foundation = { ...kernel, ids: randomIds(kernel.clock.now) }
  return openDistil(foundation, backlog, config.operator.timeZone)
}
