import type { Kernel } from '../../executor/kernel.ts'
import type { Moment } from '../../telemetry/event.ts'
import type { Chore } from '../chores.ts'
import type { Config } from '../config.ts'
import { scheduleChore } from './chore.ts'
import type { WantedSchedule } from './define.ts'

/** What schedules work with. */
export interface ScheduleParts {
  readonly kernel: Kernel
  readonly config: Pick<Config, 'schedules' | 'workflows' | 'operator'>
  /** Something may be due at another time now. */
  readonly changed: () => void
}

/** What the desk does with schedules. Faults: `input.unknown` for a name that none has. */
export interface Schedules {
  /** Faults: `input.invalid`, `input.unknown` (the workflow), `schedule.taken`. */
  add(wanted: WantedSchedule): Promise<void>
  /** Pausing what is paused, or resuming what is active, changes nothing. */
  pause(name: string): Promise<void>
  resume(name: string): Promise<void>
  /** Fault: `schedule.configured`. */
  remove(name: string): Promise<void>
  /** Its next times, were it active and the company at work. */
  next(name: string, count: number): Promise<readonly Moment[]>
}

export interface OpenSchedules extends Schedules {
  /** Starts what is due. */
  readonly chore: Chore
  /** Brings the rows in line with the config. Fault: `config.invalid`. */
  keep(): Promise<void>
}

/** The company's schedules. What reads cron expressions is loaded when there is one to read. */
export function openSchedules(parts: ScheduleParts): OpenSchedules {
  const { store } = parts.kernel
  const desk = () => import('./desk.ts')
  const changing = async (change: Promise<void>): Promise<void> => {
    await change
    parts.changed()
  }
  return {
    chore: scheduleChore(parts),
    async keep() {
      const some = await store.read.selectFrom('schedules').select('name').limit(1).executeTakeFirst()
      if (parts.config.schedules.length === 0 && !some) return
      await (await import('./keep.ts')).keepConfigured(parts)
    },
    add: async (wanted) => changing((await desk()).addSchedule(parts, wanted)),
    pause: async (name) => changing((await desk()).pause(parts, name)),
    resume: async (name) => changing((await desk()).resume(parts, name)),
    remove: async (name) => changing((await desk()).remove(parts, name)),
    next: async (name, count) => (await desk()).nextTimes(parts, name, count),
  }
}
