import type { IdentityId, RunId } from '../values/id.ts'
import type { Clock, Instant } from '../values/time.ts'
import type { Change, Mind } from './mind.ts'

// At most 64 × 256 KiB; a run that is put out of reach is read from the journal when it is asked for again.
const mostLoaded = 64

/** The minds in reach, and those on their way. */
export class Minds {
  readonly #clock: Clock
  /** The one asked for last is the last. */
  readonly #minds = new Map<RunId, Mind>()
  readonly #loading = new Map<RunId, Loading>()
  #alarm: { readonly at: Instant; readonly cancel: () => void } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  find(run: RunId): Mind | undefined {
    return this.#minds.get(run)
  }

  load(run: RunId, read: () => Promise<Mind>): Promise<void> {
    const mind = this.#minds.get(run)
    if (mind) {
      this.#minds.delete(run)
      this.#minds.set(run, mind)
      return Promise.resolve()
    }
    const under = this.#loading.get(run) ?? { missed: [], forgotten: new Set(), done: Promise.resolve() }
    if (this.#loading.has(run)) return under.done
    this.#loading.set(run, under)
    under.done = read()
      .then((found) => this.#take(run, found, under))
      .finally(() => this.#loading.delete(run))
    return under.done
  }

  apply(run: RunId, changes: readonly Change[]): void {
    this.#loading.get(run)?.missed.push(...changes)
    const mind = this.#minds.get(run)
    for (const change of changes) mind?.apply(change)
    this.#arm(mind)
  }

  release(run: RunId): void {
    this.#minds.delete(run)
  }

  forget(identities: ReadonlySet<IdentityId>): void {
    for (const { forgotten } of this.#loading.values()) for (const one of identities) forgotten.add(one)
    for (const mind of this.#minds.values()) mind.forget(identities)
  }

  close(): void {
    this.#alarm?.cancel()
    this.#minds.clear()
  }

  /** What happened while it was being read is made up for. */
  #take(run: RunId, mind: Mind, { missed, forgotten }: Loading): void {
    for (const change of missed) mind.apply(change)
    mind.forget(forgotten)
    this.#minds.set(run, mind)
    for (const oldest of this.#minds.keys()) {
      if (this.#minds.size <= mostLoaded) break
      this.#minds.delete(oldest)
    }
    this.#arm(mind)
  }

  /** One timer, to the first that is to be forgotten. */
  #arm(mind: Mind | undefined): void {
    const next = mind?.nextExpiry()
    if (next === undefined || (this.#alarm && this.#alarm.at <= next)) return
    this.#alarm?.cancel()
    this.#alarm = { at: next, cancel: this.#clock.wake(next, () => this.#sweep()) }
  }

  #sweep(): void {
    this.#alarm = undefined
    for (const mind of this.#minds.values()) {
      mind.expire(this.#clock.now())
      this.#arm(mind)
    }
  }
}

interface Loading {
  /** What was committed meanwhile. */
  readonly missed: Change[]
  readonly forgotten: Set<IdentityId>
  done: Promise<void>
}
