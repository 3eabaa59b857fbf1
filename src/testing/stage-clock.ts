import { setSharedClock } from '../store/shared-clock.ts'
import { type Clock, type Duration, type Instant, later } from '../values/time.ts'

/** The time of a rehearsal: a file that the company's clock reads, so that it outlives a process that dies. */
export class StageClock {
  readonly path: string
  #now: Instant

  constructor(path: string, at: Instant) {
    this.path = path
    this.#now = at
    setSharedClock(path, at)
  }

  get now(): Instant {
    return this.#now
  }

  set(at: Instant): void {
    this.#now = at
    setSharedClock(this.path, at)
  }

  /** Lets an answer of a model take its time. Whoever waits for an earlier moment, a limit of this very call perhaps, goes first. */
  async pass(length: Duration, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
    this.set(later(this.#now, length))
    await new Promise<void>((resolve) => clock.wake(this.#now, resolve))
    signal?.throwIfAborted()
  }
}
