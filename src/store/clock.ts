import { type Clock, type Instant, instant } from '../values/time.ts'

// setTimeout takes at most 2^31 - 1 ms (24.8 days); a longer wait is cut into pieces.
const longestTimerMs = 2 ** 31 - 1

/** The machine's time zone as an IANA name. Not by Intl, which takes 8 MB for the first date that it formats. */
export const systemTimeZone = (): string => Temporal.Now.timeZoneId()

/** The machine's clock, made monotonic within the process: a clock that is set back does not bring leases back to life. */
export function systemClock(): Clock {
  let latest = 0
  const now = (): Instant => {
    latest = Math.max(latest, Date.now())
    return instant(latest)
  }
  return {
    now,
    wake(at, then) {
      let timer: NodeJS.Timeout
      const arm = (left: number): void => {
        timer = setTimeout(ring, Math.min(Math.max(left, 0), longestTimerMs))
        timer.unref()
      }
      // A timer may ring a millisecond before the clock says so: then it is not time yet.
      const ring = (): void => {
        const left = at - now()
        if (left <= 0) then()
        else arm(left)
      }
      arm(at - now())
      return () => clearTimeout(timer)
    },
  }
}
