import type { Kernel } from '../../executor/kernel.ts'
import type { Waiting } from '../../memory/distil/backlog.ts'
import type { By, Wish } from '../../memory/distil/keep-lesson.ts'
import { ripeBefore } from '../../memory/distil/ripe.ts'
import type { Wanted } from '../../memory/distil/stretch.ts'
import { type Distil, openDistil } from '../../memory/distil.ts'
import type { Row, Seq } from '../../store/tables.ts'
import { Refusal } from '../../values/fault.ts'
import { type IdentityId, type RunId, randomIds } from '../../values/id.ts'
import type { Duration } from '../../values/time.ts'
import { type Asked, ask, askedThrough, runOf } from './ask.ts'
import { distillerIn } from './distiller.ts'
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
    await new Promise((resolve) => setImmediate(resolve))
  }
  return undefined
}

/** What lies between the cursor and the first event that waits tells nothing: it is not read. */
export function wantedFrom({ identity, of, after, seq }: Waiting): Omit<Wanted, 'before'> {
  return { identity, of, after: Math.max(after, seq - 1) }
}

// A model reads a few dozen letters well, and hundreds badly.
const mostForAgent = 40

/** Distils the next stretch of an identity: by what the distiller answered, by forms of sentences where there is none or it failed. */
export async function distilNext(parts: DistilParts, wanted: Wanted): Promise<Distilled> {
  const { kernel } = parts
  const distil = distilOf(parts)
  const progress = await distil.progress(wanted.identity)
  const run = runOf(wanted.identity, progress)
  const known = await kernel.store.read.selectFrom('runs').selectAll().where('id', '=', run).executeTakeFirst()
  const stretch = await distil.read({ ...wanted, ...(await bounds(kernel, known)) })
  if (!stretch) return { state: 'nothing' }
  const asked = await askOrTell(parts, () => ask(kernel, stretch, run, known))
  if (asked.state === 'waiting') return { state: 'asked', identity: wanted.identity, run }
  const isAnswered = asked.state === 'answered'
  const lesson = distil.lesson(stretch, progress, isAnswered ? asked.statements : distil.extract(stretch))
  const unfit: Readonly<Record<string, number>> = isAnswered && asked.unfit > 0 ? { statement: asked.unfit } : {}
  const by: By = isAnswered ? { by: 'agent', run } : { by: 'extract' }
  const kept = await distil.keep({ ...lesson, dropped: { ...lesson.dropped, ...unfit } }, by)
  if (!kept) return { state: 'nothing' }
  const { learned, dropped } = kept
  const { events, until } = stretch
  return { state: 'kept', identity: wanted.identity, read: events.length, until, learned, dropped }
}

/** A run that was asked knows what it was asked about: its answer is for that and no more. */
async function bounds(kernel: Kernel, run: Row<'runs'> | undefined): Promise<Pick<Wanted, 'through' | 'most'>> {
  const through = run && (await askedThrough(kernel, run))
  if (through !== undefined) return { through, most: mostForAgent }
  return distillerIn(kernel.doers) ? { most: mostForAgent } : {}
}

/** A distiller that cannot be asked (its form does not fit, its versions are withdrawn) holds up nothing, and is told as trouble. */
async function askOrTell(parts: DistilParts, asking: () => Promise<Asked>): Promise<Asked> {
  try {
    const asked = await asking()
    if (asked.state !== 'none') parts.trouble.fault = undefined
    return asked
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    parts.trouble.fault = error.fault
    return { state: 'none' }
  }
}

export function distilOf({ kernel, backlog, config }: DistilParts): Distil {
  const foundation = { ...kernel, ids: randomIds(kernel.clock.now) }
  return openDistil(foundation, backlog, config.operator.timeZone)
}
