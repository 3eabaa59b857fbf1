import type { Kernel } from '../../executor/kernel.ts'
import { days, type Instant, later } from '../../values/time.ts'
import type { Chore } from '../chores.ts'

const everyDay = days(1)
/** A version is compared with itself over so long: last month is the base, this month is watched. */
export const driftPeriod = days(28)

/** Looks once a day whether a version does worse than it did. A company that is younger than a period loads nothing for it. */
export function watchingDrift(kernel: Kernel): Chore {
  const { clock, store } = kernel
  let looked: Instant | undefined
  return {
    name: 'drift',
    aside: true,
    nextDue: async () => (looked === undefined ? clock.now() : later(looked, everyDay)),
    async perform() {
      looked = clock.now()
      const since = periodStart(looked)
      const old = store.read.selectFrom('runs').select('id').where('started_at', '<', since).limit(1)
      if (!(await old.executeTakeFirst())) return
      const { lookForDrift } = await import('./drift.ts')
      await lookForDrift(kernel, since)
    },
  }
}

/** Periods stand still, so that all looks within one are looks at one growing comparison, and not each a new try. */
function periodStart(now: Instant): Instant {
  return (now - (now % driftPeriod)) as Instant
}
