import { living } from '../../identity/identity.ts'
import type { Progress } from '../../memory/distil/lesson.ts'
import { ripeBefore } from '../../memory/distil/ripe.ts'
import type { Wanted } from '../../memory/distil/stretch.ts'
import type { Distil } from '../../memory/distil.ts'
import type { IdentityId, RunId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { Origin } from '../../values/origin.ts'
import type { Duration, Instant } from '../../values/time.ts'
import { type DistilParts, distilAfter } from './distilling.ts'
import { distilNext, distilOf, type Learned, wantedFrom } from './work.ts'

/** What is to be distilled out of its turn. */
export interface DistilWish {
  /** Only of this identity; of all when not said. */
  readonly identity?: IdentityId | undefined
  /** How old it must be; what the config says when not said. */
  readonly olderThan?: Duration | undefined
  readonly dryRun: boolean
}

/** What was learned, or would be. */
export interface DistilReport {
  readonly dryRun: boolean
  /** Events that were read; those of kinds that say something of an identity. */
  readonly read: number
  readonly facts: readonly LearnedFact[]
  /** Of which events nothing is kept but a count, or nothing at all, by kind; `statement`: what was said and is no fact. */
  readonly dropped: Readonly<Record<string, number>>
  /** Runs of the agent `distiller` that were asked: what they find is written down when they are done. */
  readonly asked: readonly RunId[]
  /** There is more that is old enough: ask again. */
  readonly more: boolean
}

export interface LearnedFact {
  readonly identity: IdentityId
  readonly key: string
  readonly value: Json
  readonly confidence: number
  readonly origin: Origin
  /** Its events; none where it counts. */
  readonly sources: readonly number[]
}

// A request is answered within a second or two; whoever wants more asks again.
const mostIdentities = 100
const mostStretches = 100
const mostFacts = 500

/** Distils what is old enough, up to some hundred stretches. Faults: `identity.unknown`, `vault.forgotten`. */
export async function distilNow(parts: DistilParts, wish: DistilWish): Promise<DistilReport> {
  const { kernel, config } = parts
  const before = ripeBefore(kernel.clock.now(), wish.olderThan ?? distilAfter(config))
  const report = new Report(wish.dryRun)
  for (const wanted of await wantedNow(parts, wish.identity, before)) {
    if (report.stretches >= mostStretches) return report.now(true)
    await (wish.dryRun ? preview(parts, wanted, report) : distilOne(parts, wanted, report))
  }
  return report.now(report.full || (!wish.dryRun && (await isLeft(parts, wish.identity, before))))
}

async function wantedNow(parts: DistilParts, identity: IdentityId | undefined, before: Instant): Promise<Wanted[]> {
  if (identity === undefined) {
    const waiting = await parts.backlog.identities(before, mostIdentities)
    return waiting.map((one) => ({ ...wantedFrom(one), before }))
  }
  const { kind } = await living(parts.kernel.store.read, identity)
  const { until } = await distilOf(parts).progress(identity)
  return [{ identity, of: kind, after: until, before }]
}

async function distilOne(parts: DistilParts, first: Wanted, report: Report): Promise<void> {
  for (let wanted = first; report.stretches < mostStretches; ) {
    const done = await distilNext(parts, wanted)
    if (done.state === 'asked') report.ask(done.run)
    if (done.state !== 'kept') return
    report.add(wanted.identity, done.read, done)
    wanted = { ...wanted, after: done.until }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The same without writing anything: each stretch goes on where the one before would have ended. */
async function preview(parts: DistilParts, first: Wanted, report: Report): Promise<void> {
  const distil: Distil = distilOf(parts)
  let progress: Progress = await distil.progress(first.identity)
  for (let wanted = first; report.stretches < mostStretches; ) {
    const stretch = await distil.read(wanted)
    if (!stretch) return
    const lesson = distil.lesson(stretch, progress, distil.extract(stretch))
    const { wishes: learned, dropped } = await distil.preview(lesson)
    report.add(wanted.identity, stretch.events.length, { learned, dropped })
    progress = { until: stretch.until, seq: null, tally: lesson.tally }
    wanted = { ...wanted, after: stretch.until }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function isLeft({ backlog }: DistilParts, identity: IdentityId | undefined, before: Instant): Promise<boolean> {
  return identity === undefined && (await backlog.identities(before, 1)).length > 0
}

class Report {
  readonly #dryRun: boolean
  readonly #facts = new Map<string, LearnedFact>()
  readonly #dropped: Record<string, number> = {}
  readonly #asked: RunId[] = []
  #read = 0
  stretches = 0

  constructor(dryRun: boolean) {
    this.#dryRun = dryRun
  }

  get full(): boolean {
    return this.stretches >= mostStretches
  }

  ask(run: RunId): void {
    this.#asked.push(run)
  }

  add(identity: IdentityId, read: number, { learned, dropped }: Learned): void {
    this.stretches += 1
    this.#read += read
    for (const [kind, count] of Object.entries(dropped)) this.#dropped[kind] = (this.#dropped[kind] ?? 0) + count
    // A count that grows from stretch to stretch is one fact: the last one stands.
    for (const { key, value, confidence, origin, sources = [] } of learned)
      this.#facts.set(`${identity} ${key}`, { identity, key, value, confidence, origin, sources })
  }

  now(more: boolean): DistilReport {
    const facts = [...this.#facts.values()].slice(0, mostFacts)
    return {
      dryRun: this.#dryRun,
      read: this.#read,
      facts,
      dropped: this.#dropped,
      asked: this.#asked,
      more,
    }
  }
}
