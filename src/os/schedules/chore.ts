import type { Fault } from '../../values/fault.ts'
import type { LocalTime } from '../../values/local-time.ts'
import type { Instant } from '../../values/time.ts'
import type { Chore } from '../chores.ts'
import type { ScheduleParts } from './schedules.ts'

/** An occurrence that could not start and is tried again. */
export interface Waiting {
  readonly nominal: LocalTime
  readonly until: Instant
  readonly fault: Fault
}

/** By the name of the schedule. In memory only: after a restart it is tried again at once. */
export type AllWaiting = Map<string, Waiting>

/**
 * Starts what falls due. While the company is paused nothing is due: its schedules wait with it, and what they miss is caught up
 * as each of them says.
 */
export function scheduleChore(parts: ScheduleParts): Chore {
  const waiting: AllWaiting = new Map()
  return {
    name: 'schedules',
    nextDue: () => nextDue(parts, waiting),
    async perform() {
      // What is late is judged by when it was due to be looked at, not by how long loading takes.
      const now = parts.kernel.clock.now()
      await (await import('./fire.ts')).fireDue(parts, waiting, now)
    },
    trouble: () => [...waiting.values()].at(-1)?.fault,
  }
}

async function nextDue({ kernel }: ScheduleParts, waiting: AllWaiting): Promise<Instant | undefined> {
  if (kernel.mode().mode === 'paused') return undefined
  const rows = await kernel.store.read
    .selectFrom('schedules')
    .select(['name', 'next_nominal', 'next_at'])
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    // One that is not tried again later is among so many, if there is any.
    .limit(waiting.size + 1)
    .execute()
  const times = rows.map(({ name, next_nominal, next_at }) => {
    const tried = waiting.get(name)
    return tried?.nominal === next_nominal ? tried?.until : next_at
  })
  return times.length === 0 ? undefined : (Math.min(...times.map(Number)) as Instant)
}
