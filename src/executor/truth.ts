import type { Store } from '../store/store.ts'
import { Refusal } from '../values/fault.ts'
import type { Also } from './ending.ts'

/**
 * Commits what was learned of the outside world together with what an attempt makes of it. When the attempt was overtaken, the
 * truth is committed alone, and the fault `queue.stale-fence` is thrown on.
 */
export async function commitWithTruth(store: Store, truth: Also | undefined, work: Also): Promise<void> {
  try {
    await store.write(async (tx) => {
      await truth?.(tx)
      await work(tx)
    })
  } catch (error) {
    if (truth && isStale(error)) await store.write(truth)
    throw error
  }
}

/** True for the fault of an attempt that was overtaken. */
export function isStale(error: unknown): boolean {
  return error instanceof Refusal && error.fault.code === 'queue.stale-fence'
}
