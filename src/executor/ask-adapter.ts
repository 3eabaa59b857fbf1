import { Refusal, refuse } from '../values/fault.ts'
import { type Clock, type Duration, formatDuration, type Instant, later } from '../values/time.ts'
import { connected } from './call-adapter.ts'
import type { OpenAdapter } from './kernel.ts'

/** What an adapter is asked with: a name for the question, a signal that ends it, and the time. */
export interface Asking {
  readonly key: string
  readonly signal: AbortSignal
  readonly now: Instant
}

interface Bounds {
  readonly clock: Clock
  /** What is asked, in a word: `look`. */
  readonly key: string
  /** The provider's own time when not said, and never more than that. */
  readonly most?: Duration
  /** Ends it before. */
  readonly signal?: AbortSignal
}

/**
 * Asks an adapter something that is no effect and no task. An answer comes within its time, whatever it does with its signal. Faults:
 * its own, `adapter.unreachable` for everything else that it throws.
 */
export async function askAdapter<T>(
  open: OpenAdapter,
  { clock, key, most, signal }: Bounds,
  question: (client: unknown, asking: Asking) => T | Promise<T>,
): Promise<T> {
  const { name, provider } = open.adapter
  const within = Math.min(most ?? provider.timeout, provider.timeout) as Duration
  const now = clock.now()
  const limit = new AbortController()
  const over = Promise.withResolvers<never>()
  // The race may be over before: a late end has nobody to tell.
  over.promise.catch(() => undefined)
  const end = (why: string): void => {
    over.reject(new Error(why))
    limit.abort(new Error(why))
  }
  const stopped = (): void => end('it was stopped')
  const stopWaiting = clock.wake(later(now, within), () => end(`it took longer than ${formatDuration(within)}`))
  signal?.addEventListener('abort', stopped, { once: true })
  try {
    const asking = { key, signal: limit.signal, now }
    return await Promise.race([connected(open).then((client) => question(client, asking)), over.promise])
  } catch (error) {
    if (error instanceof Refusal) throw error
    return refuse('adapter.unreachable', { adapter: name, why: error instanceof Error ? error.message : String(error) })
  } finally {
    stopWaiting()
    signal?.removeEventListener('abort', stopped)
  }
}
