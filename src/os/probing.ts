import type { Kernel } from '../executor/kernel.ts'
import { days, type Instant, later, minutes } from '../values/time.ts'
import type { Chore } from './chores.ts'
import { noteMaintenance } from './maintenance.ts'
import type { OpenAdapters } from './open-adapters.ts'
import { probeAdapter } from './probe.ts'

const everyDay = days(1)
// Whoever mends something wants to see that it is mended.
const whileMending = minutes(15)

/**
 * Looks at every adapter when the company begins to work, then daily, and more often while something is to be mended: a provider
 * that changed is told before a workflow breaks on it.
 */
export function probing(kernel: Pick<Kernel, 'store' | 'journal' | 'clock'>, adapters: OpenAdapters): Chore {
  const { store, clock } = kernel
  const stopped = new AbortController()
  let looked: Instant | undefined
  return {
    name: 'probe',
    aside: true,
    async nextDue() {
      if (looked === undefined) return clock.now()
      return later(looked, (await isMending(store)) ? whileMending : everyDay)
    },
    async perform() {
      looked = clock.now()
      await Promise.all(
        adapters.all.map(async (open) => {
          const found = await probeAdapter(open, clock, stopped.signal)
          if (!stopped.signal.aborted) await noteMaintenance(kernel, `adapter:${open.adapter.name}`, found)
        }),
      )
    },
    stop: () => stopped.abort(),
  }
}

async function isMending(store: Kernel['store']): Promise<boolean> {
  const open = store.read
    .selectFrom('maintenance')
    .select('opened_seq')
    .where('closed_at', 'is', null)
    // Adapters only: ';' follows ':' in ASCII.
    .where('about', '>', 'adapter:')
    .where('about', '<', 'adapter;')
    .limit(1)
  return (await open.executeTakeFirst()) !== undefined
}
