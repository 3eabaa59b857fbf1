import { periodOf } from '../../budget/period.ts'
import { days, type Instant, later } from '../../values/time.ts'
import type { Chore } from '../chores.ts'
import type { Company } from '../commands.ts'
import { noteMaintenance } from '../maintenance.ts'

const everyDay = days(1)

/**
 * Looks at every automation when the company begins to work, then daily: opens maintenance for what is failing, drifting, over its
 * minutes, unused or due, and closes it where that is over. It pauses nothing.
 */
export function upkeepChore(company: Pick<Company, 'kernel' | 'config'>): Chore {
  const { clock } = company.kernel
  let looked: Instant | undefined
  return {
    name: 'upkeep',
    aside: true,
    nextDue: async () => (looked === undefined ? clock.now() : later(looked, everyDay)),
    async perform() {
      looked = clock.now()
      await lookAtAll(company)
    },
  }
}

/** One look at every automation. */
export async function lookAtAll(company: Pick<Company, 'kernel' | 'config'>): Promise<void> {
  const { kernel } = company
  const { standings } = await import('./standing.ts')
  const { causeOf } = await import('./cause.ts')
  const open = await openOnes(kernel)
  const now = kernel.clock.now()
  for (const standing of await standings(company, periodOf(now, kernel.timeZone))) {
    const { about } = standing.automation
    const cause = causeOf(standing, now)
    if (cause?.code !== open.get(about)) await noteMaintenance(kernel, about, cause)
    open.delete(about)
  }
  // Whoever was taken out of the config needs nothing any more.
  for (const about of open.keys()) await noteMaintenance(kernel, about, null)
}

async function openOnes({ store }: Company['kernel']): Promise<Map<string, string>> {
  const rows = await store.read
    .selectFrom('maintenance')
    .select(['about', 'code'])
    .where('closed_at', 'is', null)
    // After 'adapter:' come 'agent:' and 'workflow:'.
    .where('about', '>=', 'agent:')
    .execute()
  return new Map(rows.map(({ about, code }) => [about, code]))
}
