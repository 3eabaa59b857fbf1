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
  let asked: RunId | undefined
  const stopListening = kernel.journal.onCommitted(({ run, kind }) => {
    if (asked === undefined || run !== asked || !runIsOver.has(kind)) return
    asked = undefined
    changed()
  })
  const chore = choreOf(parts, stopping, {
    asked: () => asked,
    ask: (run) => {
      asked = run
    },
  })
  return { parts, chore, close: stopListening }
}

/** How old an event is before it is distilled. */
export function distilAfter({ memory }: DistilParts['config']): Duration {
  return memory.distilAfter ?? usualDistilAfter
}

interface Asked {
  asked(): RunId | undefined
  ask(run: RunId | undefined): void
}

function choreOf(parts: DistilParts, stopping: AbortController, { asked, ask }: Asked): Chore {
  const { kernel, config, backlog } = parts
  const { clock } = kernel
  const after = distilAfter(config)
  const retains = Object.keys(config.memory.retention ?? {}).length > 0
  let retired: Instant | undefined
  const distilDue = async (): Promise<Instant> => {
    if (asked() !== undefined) return later(clock.now(), lookAgain)
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
      ask(await (await import('./work.ts')).distilAll(parts, after, stopping.signal))
      if (!retains || retireDue() > clock.now() || stopping.signal.aborted) return
      retired = clock.now()
      await (await import('./retire.ts')).retireOld(parts, stopping.signal)
    },
    stop: () => stopping.abort(),
    trouble: () => parts.trouble.fault,
  }
}
