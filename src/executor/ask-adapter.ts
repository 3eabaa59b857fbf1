import type { Breakers } from '../models/breaker.ts'
import { fault, Refusal } from '../values/fault.ts'
import { inTime } from '../values/in-time.ts'
import type { Clock, Duration, Instant } from '../values/time.ts'
import { connected } from './call-adapter.ts'
import { tell, throughOrRefuse } from './door.ts'
import type { OpenAdapter } from './kernel.ts'

/** What an adapter is asked with: a name for the question, a signal that ends it, and the time. */
export interface Asking {
  readonly key: string
  readonly signal: AbortSignal
  readonly now: Instant
}

interface Bounds {
  readonly clock: Clock
  readonly breakers: Breakers
  /** What is asked, in a word: `look`. */
  readonly key: string
  /** The provider's own time when not said, and never more than that. */
  readonly most?: Duration
  /** Ends it before. */
  readonly signal?: AbortSignal
}

/**
 * Asks an adapter something that is no effect and no task. An answer comes within its time, whatever it does with its signal. Faults:
 * its own, `adapter.unreachable` for everything else that it throws, `adapter.shut`.
 */
export async function askAdapter<T>(
  open: OpenAdapter,
  { clock, breakers, key, most, signal }: Bounds,
  question: (client: unknown, asking: Asking) => T | Promise<T>,
): Promise<T> {
  const { name, provider } = open.adapter
  const within = Math.min(most ?? provider.timeout, provider.timeout) as Duration
  const now = clock.now()
  const bounds = { clock, within, ...(signal === undefined ? {} : { stopped: signal }) }
  return throughOrRefuse({ breakers, clock }, open, async () => {
    try {
      const answer = await inTime(bounds, async (limit) => question(await connected(open), { key, signal: limit, now }))
      tell(breakers, open, 'answered')
      return answer
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const found = error instanceof Refusal ? error.fault : fault('adapter.unreachable', { adapter: name, why })
      if (!signal?.aborted) tell(breakers, open, found)
      throw error instanceof Refusal ? error : new Refusal(found)
    }
  })
}
