import { type Clock, type Duration, formatDuration, later } from './time.ts'

export interface Bounds {
  readonly clock: Clock
  readonly within: Duration
  /** Ends it before its time is up. */
  readonly stopped?: AbortSignal
  /** What the error says when its time is up, and when it was stopped. */
  readonly says?: { readonly late: string; readonly stopped: string }
}

/**
 * Waits for someone else's work no longer than it may take: its signal is aborted then, and whatever the work makes of that, the promise
 * rejects with an Error that says why. What the work itself throws comes out as it is.
 */
export async function inTime<T>(
  { clock, within, stopped, says }: Bounds,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const { late, stopped: halted } = says ?? {
    late: `it took longer than ${formatDuration(within)}`,
    stopped: 'it was stopped',
  }
  const limit = new AbortController()
  const over = Promise.withResolvers<never>()
  // When the race is over, a late end has nobody to tell.
  over.promise.catch(() => undefined)
  const end = (why: string): void => {
    const error = new Error(why)
    limit.abort(error)
    over.reject(error)
  }
  const stopWaiting = clock.wake(later(clock.now(), within), () => end(late))
  const stop = (): void => end(halted)
  stopped?.addEventListener('abort', stop)
  try {
    return await Promise.race([(async () => work(limit.signal))(), over.promise])
  } finally {
    stopWaiting()
    stopped?.removeEventListener('abort', stop)
  }
}
