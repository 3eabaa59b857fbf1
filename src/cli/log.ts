import type { Os } from '../os/os.ts'
import { systemClock } from '../store/clock.ts'
import { type LogLine, lineOf, textLine } from '../telemetry/event-line.ts'
import { fault, Refusal } from '../values/fault.ts'
import { type Clock, isoInstant } from '../values/time.ts'
import type { World } from './world.ts'

/** A log of a company at work: its events, and what becomes of the process itself. */
export interface Log {
  /** Follows the journal until the returned function is called. */
  follow(os: Os): () => void
  say(kind: 'soloist.started' | 'soloist.stopped', says: string): void
  /** Something went wrong that no event tells. */
  fault(error: unknown): void
}

/** `--log`: what `soloist start` says on standard error of all that happens. Standard output stays for people. */
export function openLog(form: unknown, world: Pick<World, 'err'>, clock: Clock = systemClock()): Log {
  let mask = (text: string): string => text
  const write = (line: LogLine): void => {
    world.err(mask(form === 'json' ? JSON.stringify(line) : textLine(line)))
  }
  const now = (): string => isoInstant(clock.now())
  return {
    follow(os) {
      // A secret may have become one after an event named it.
      mask = (text) => os.vault.mask(text)
      return os.journal.onCommitted((event) => write(lineOf(event)))
    },
    say: (kind, says) => write({ at: now(), level: 'info', kind, says }),
    fault(error) {
      const why = error instanceof Error ? error.message : String(error)
      const { code, message } = error instanceof Refusal ? error.fault : fault('soloist.bug', { why })
      write({ at: now(), level: 'error', kind: 'soloist.fault', says: `${code}: ${message}` })
    },
  }
}
