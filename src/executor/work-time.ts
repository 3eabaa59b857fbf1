import { type Fault, fault, Refusal } from '../values/fault.ts'
import { type Duration, formatDuration, type Instant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'

/** Ends an attempt once its task has worked for as long as it may. */
export interface WorkTime {
  /** Of several limits the shortest counts. */
  endAfter(limit: Duration): void
  stop(): void
}

/** Watches the working time of an attempt that begins now, all earlier ones of its task included. */
export function watchWorkTime({ clock }: Attempt['kernel'], task: Attempt['task'], abort: AbortController): WorkTime {
  const startedAt = clock.now()
  const stops: (() => void)[] = []
  return {
    endAfter(limit) {
      const end = (startedAt + limit - task.worked_ms) as Instant
      stops.push(clock.wake(end, () => abort.abort(new Refusal(overTime(task, limit)))))
    },
    stop() {
      for (const stop of stops) stop()
    },
  }
}

/** The fault of a task that has no working time left: another try would have none either. */
export function overTime({ name, id }: Pick<Attempt['task'], 'name' | 'id'>, limit: Duration): Fault {
  return { ...fault('task.over-time', { task: name, limit: formatDuration(limit), id }), retry: 'never' }
}
