import { accountOf } from '../executor/door.ts'
import type { Kernel } from '../executor/kernel.ts'
import { days, type Instant, later, minutes, seconds } from '../values/time.ts'
import type { Chore } from './chores.ts'
import { noteMaintenance } from './maintenance.ts'
import type { OpenAdapters } from './open-adapters.ts'
import { probeAdapter } from './probe.ts'

const everyDay = days(1)
// Whoever mends something wants to see that it is mended.
const whileMending = minutes(15)
// A look that says nothing of the adapter (no secret is set) leaves it shut, and is not repeated at once.
const betweenLooks = seconds(30)

/**
 * Looks at every adapter when the company begins to work, then daily, and more often while something is to be mended: a provider
 * that changed is told before a workflow breaks on it. One that is left alone is looked at when its pause is over, whether work needs it
 * or not: so the company recovers by itself.
 */
export function probing(
  kernel: Pick<Kernel, 'store' | 'journal' | 'clock' | 'breakers'>,
  adapters: OpenAdapters,
): Chore {
  const { store, clock, breakers } = kernel
  const shutOnes = () =>
    adapters.all.flatMap((open) => {
      const shut = open.adapter.provider.probe && breakers.shut().get(accountOf(open))
      return shut ? [{ open, until: shut.until }] : []
    })
  const stopped = new AbortController()
  let looked: Instant | undefined
  let lookedAtShut = clock.now()
  return {
    name: 'probe',
    aside: true,
    async nextDue() {
      if (looked === undefined) return clock.now()
      const whole = later(looked, (await isMending(store)) ? whileMending : everyDay)
      const back = shutOnes().map(({ until }) => Math.max(until, later(lookedAtShut, betweenLooks)))
      return Math.min(whole, ...back) as Instant
    },
    async perform() {
      const whole =
        looked === undefined || later(looked, (await isMending(store)) ? whileMending : everyDay) <= clock.now()
      const some = whole ? adapters.all : shutOnes().map(({ open }) => open)
      lookedAtShut = clock.now()
      if (whole) looked = lookedAtShut
      await Promise.all(
        some.map(async (open) => {
          const found = await probeAdapter(open, kernel, stopped.signal)
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
