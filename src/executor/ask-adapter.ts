import { Refusal, refuse } from '../values/fault.ts'
import { inTime } from '../values/in-time.ts'
import type { Clock, Duration, Instant } from '../values/time.ts'
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
  const bounds = { clock, within, ...(signal === undefined ? {} : { stopped: signal }) }
  try {
    return await inTime(bounds, async (limit) => question(await connected(open), { key, signal: limit, now }))
  } catch (error) {
    if (error instanceof Refusal) throw error
    return refuse('adapter.unreachable', { adapter: name, why: error instanceof Error ? error.message : String(error) })
  }
}
