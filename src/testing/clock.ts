import { type Clock, type Duration, type Instant, later } from '../values/time.ts'

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves time on and calls every wake that falls due, in order of time and then of asking, each at its own instant. Before
   * the first, between two, and after the last the event loop turns once, so that what was begun can ask for wakes of its own;
   * those that fall within `by` are called too.
   */
  advance(by: Duration): Promise<void>
  /** The instants that somebody waits for, earliest first. */
  waiting(): readonly Instant[]
}

interface Wake {
  readonly at: Instant
  readonly then: () => void
}

/** A clock that stands still until it is moved; a wake that falls due on the way is called in order. */
export function fakeClock(start: Instant): FakeClock {
  let now = start
  const wakes = new Set<Wake>()
  const inOrder = (): Wake[] => [...wakes].sort((a, b) => a.at - b.at)
  return {
    now: () => now,
    wake(at, then) {
      const wake = { at, then }
      wakes.add(wake)
      return () => wakes.delete(wake)
    },
    async advance(by) {
      const until = later(now, by)
      await turn()
      for (let [next] = inOrder(); next && next.at <= until; [next] = inOrder()) {
        wakes.delete(next)
        // A wake that was due when it was asked for does not take time back.
        if (next.at > now) now = next.at
        next.then()
        await turn()
      }
      if (until > now) now = until
    },
    waiting: () => inOrder().map((wake) => wake.at),
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
