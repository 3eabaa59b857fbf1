import { between, type Clock, type Duration, type Instant, later, minutes } from '../../values/time.ts'

export interface Rate {
  readonly count: number
  readonly per: Duration
}

/** More than ten a second from one sender is a mistake, or a backlog that may come a little slower. */
export const usualRate: Rate = { count: 600, per: minutes(1) }

/** Counts new events of each source in windows, in memory: a restart forgives. */
export class Rates {
  readonly #clock: Clock
  readonly #windows = new Map<string, { until: Instant; count: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes one; gives how long to wait when there is none left. */
  take(source: string, { count, per }: Rate): Duration | undefined {
    const now = this.#clock.now()
    let window = this.#windows.get(source)
    if (!window || window.until <= now) {
      window = { until: later(now, per), count: 0 }
      this.#windows.set(source, window)
    }
    if (window.count >= count) return between(now, window.until)
    window.count += 1
    return undefined
  }
}
