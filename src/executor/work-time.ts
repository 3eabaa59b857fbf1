import { type Fault, fault, Refusal } from '../values/fault.ts'
import {
  between,
  type Clock,
  type Duration,
  formatDuration,
  type Instant,
  later,
  milliseconds,
} from '../values/time.ts'
import type { Attempt } from './attempt.ts'

/** How long an attempt has worked, and what ends it once its task has worked for as long as it may. */
export interface WorkTime {
  /** Of this attempt. */
  worked(): Duration
  /** Ends the attempt once its task has worked for so long in all; of several limits the shortest counts. */
  endAfter(limit: Duration): void
  /** Waits for something that is no work: its time does not count. */
  rest<T>(wait: () => Promise<T>): Promise<T>
  stop(): void
}

/** Watches the time of an attempt that begins now. */
export function watchWorkTime(clock: Clock, task: Attempt['task'], abort: AbortController): WorkTime {
  let since: Instant | undefined = clock.now()
  let before = 0
  let least: Duration | undefined
  let stopTimer = (): void => undefined
  const worked = (): Duration => milliseconds(before + (since === undefined ? 0 : between(since, clock.now())))
  const watch = (): void => {
    stopTimer()
    if (least === undefined || since === undefined) return
    const over = overTime(task, least)
    const left = (least - task.worked_ms - worked()) as Duration
    stopTimer = clock.wake(later(clock.now(), left), () => abort.abort(new Refusal(over)))
  }
  return {
    worked,
    endAfter(limit) {
      least = least === undefined || limit < least ? limit : least
      watch()
    },
    async rest(wait) {
      before = worked()
      since = undefined
      watch()
      try {
        return await wait()
      } finally {
        since = clock.now()
        watch()
      }
    },
    stop: () => stopTimer(),
  }
}

/** The fault of a task that has no working time left: another try would have none either. */
export function overTime({ name, id }: Pick<Attempt['task'], 'name' | 'id'>, limit: Duration): Fault {
  return { ...fault('task.over-time', { task: name, limit: formatDuration(limit), id }), retry: 'never' }
}
