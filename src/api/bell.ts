import type { Os } from '../os/os.ts'
import { later, seconds } from '../values/time.ts'

// Proxies cut a silent connection after 30 s or 60 s; nginx' default is 60 s.
const heartbeat = seconds(20)

/** Rings when something was committed, or said, since `reset`, or when it is stopped; `rung` gives up after a heartbeat. */
export class Bell {
  readonly #os: Os
  readonly #leave: () => void
  #isRung = false
  #happened = true
  #waiting: ((rung: boolean) => void) | undefined
  stopped = false

  constructor(os: Os) {
    this.#os = os
    this.#leave = os.journal.onCommitted(() => this.ring('event'))
  }

  /** Gives whether something may have been committed since the last time; at first something may. */
  reset(): boolean {
    const happened = this.#happened
    this.#isRung = false
    this.#happened = false
    return happened
  }

  ring(what: 'event' | 'words' | 'end'): void {
    this.#isRung = true
    if (what === 'event') this.#happened = true
    this.#waiting?.(true)
  }

  stop(): void {
    this.stopped = true
    this.#leave()
    this.ring('end')
  }

  async rung(): Promise<boolean> {
    if (this.#isRung || this.stopped) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#waiting = resolve
    const cancel = this.#os.clock.wake(later(this.#os.clock.now(), heartbeat), () => resolve(false))
    const rung = await promise
    cancel()
    return rung
  }
}
