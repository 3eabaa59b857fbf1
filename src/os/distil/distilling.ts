import type { Kernel } from '../../executor/kernel.ts'
import { type Backlog, openBacklog } from '../../memory/distil/backlog.ts'
import { ripeAt } from '../../memory/distil/ripe.ts'
import type { Fault } from '../../values/fault.ts'
import type { RunId } from '../../values/id.ts'
import { type Duration, days, type Instant, later, minutes } from '../../values/time.ts'
import type { Chore } from '../chores.ts'
import type { Config } from '../config.ts'
import { usualDistilAfter } from '../memory-config.ts'

/** What distilling works with. */
export interface DistilParts {
  readonly kernel: Kernel
  readonly config: Pick<Config, 'memory' | 'operator'>
  readonly backlog: Backlog
  /** Why the distiller could not be asked the last time; forms of sentences did its work. */
  readonly trouble: { fault?: Fault | undefined }
}

/** The company's old history made short, by itself as it grows old. */
export interface Distilling {
  readonly parts: DistilParts
  readonly chore: Chore
  /** Hears no more of runs. */
  close(): void
}

// What an agent was asked is over when its run is; should that be missed, it is looked at this often.
const lookAgain = minutes(15)
const retireEvery = days(1)
const runIsOver: ReadonlySet<string> = new Set(['run.done', 'run.failed', 'run.cancelled', 'run.held'])

/**
 * Opens the part that distils. What reads and writes history is loaded when some is old enough. `changed`: something may be due at
 * another time now.
 */
export function openDistilling(given: Pick<DistilParts, 'kernel' | 'config'>, changed: () => void): Distilling {
  const { kernel, config } = given
  const parts: DistilParts = { kernel, config, backlog: openBacklog(kernel.store), trouble: {} }
  const stopping = new AbortController()
  const asking: Asking = {}
  const stopListening = kernel.journal.onCommitted(({ run, kind }) => {
    if (run === null || run !== asking.run || !runIsOver.has(kind)) return
    asking.run = undefined
    changed()
  })
  return { parts, chore: choreOf(parts, stopping, asking), close: stopListening }
}

/** How old an event is before it is distilled. */
export function distilAfter({ memory }: DistilParts['config']): Duration {
  return memory.distilAfter ?? usualDistilAfter
}

/** The run of the distiller that is waited for, and when it is looked at whatever was heard of it. */
interface Asking {
  run?: RunId | undefined
  lookAt?: Instant
}

function choreOf(parts: DistilParts, stopping: AbortController, asking: Asking): Chore {
  const { kernel, config, backlog } = parts
  const { clock } = kernel
  const after = distilAfter(config)
  const retains = Object.keys(config.memory.retention ?? {}).length > 0
  let retired: Instant | undefined
  const distilDue = async (): Promise<Instant> => {
    if (asking.run !== undefined && asking.lookAt !== undefined) return asking.lookAt
    const first = await backlog.first()
    // What is recorded from now on is not old enough before.
    return first ? ripeAt(first.at, after) : later(clock.now(), after)
  }
  const retireDue = (): Instant => (retired === undefined ? clock.now() : later(retired, retireEvery))
  return {
    name: 'distil',
    aside: true,
    async nextDue() {
      if (kernel.mode().mode === 'paused') return undefined
      const due = await distilDue()
      return retains && retireDue() < due ? retireDue() : due
    },
    async perform() {
      asking.run = await (await import('./work.ts')).distilAll(parts, after, stopping.signal)
      asking.lookAt = later(clock.now(), lookAgain)
      if (!retains || retireDue() > clock.now() || stopping.signal.aborted) return
      retired = clock.now()
      await (await import('./retire.ts')).retireOld(parts, stopping.signal)
    },
    stop: () => stopping.abort(),
    trouble: () => parts.trouble.fault,
  }
}
