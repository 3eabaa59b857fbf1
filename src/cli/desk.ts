import { readDesk, readToken } from '../os/desk-file.ts'
import type { OpenCompany } from '../os/os.ts'
import type { EventView } from '../os/queries/events.ts'
import type { Words } from '../telemetry/speaking.ts'
import { Refusal } from '../values/fault.ts'
import type { RunId } from '../values/id.ts'
import type { Json } from '../values/json.ts'
import { type Duration, minutes } from '../values/time.ts'
import { openLocalDesk } from './local-desk.ts'
import { isThere, openRemoteDesk } from './remote-desk.ts'

/** The operations of a company, the same whether or not its `soloist start` runs. */
export interface Desk {
  /** Performs an operation and gives its output. Faults: those of the operation, `desk.unreachable`. */
  call(name: string, input: Json): Promise<Json>
  /**
   * Works, or watches work, until nothing of this run is due now or soon (within a minute: a retry, mostly); says what happens to
   * it after a place in the journal.
   */
  settle(run: RunId, after: number, watch: Watch): Promise<void>
  /** Lets go: a company that was opened here is closed. */
  close(): Promise<void>
}

/** Somebody who waits for a run at a terminal. */
export interface Watch {
  heard(event: EventView): void
  /** Set where they want to read along what models say. */
  readonly spoken?: ((words: Words) => void) | undefined
  /** The run rests for so long, and is waited for. */
  waits(length: Duration): void
  /** Resolves when they do not want to wait any longer. */
  stopped(): Promise<void>
}

/** What falls due within this time is waited for. Longer, and whoever watches has something else to do. */
export const soon: Duration = minutes(1)

/**
 * The desk of a company: the one that runs, by its address and token, or else the company itself, opened here under its lock.
 * Faults: `store.owned` when another process has it and does not answer, and those of opening.
 */
export async function connect(folder: string, open: OpenCompany): Promise<Desk> {
  const running = await runningDesk(folder)
  if (running) return running
  try {
    return openLocalDesk(await open(folder))
  } catch (error) {
    // It may have been starting just now: then its address is there a moment later than its lock.
    const started = error instanceof Refusal && error.fault.code === 'store.owned' && (await runningDesk(folder))
    if (started) return started
    throw error
  }
}

/** The desk of a `soloist start` that runs and answers, or `undefined`. */
export async function runningDesk(folder: string): Promise<Desk | undefined> {
  const address = await readDesk(folder)
  const token = await readToken(folder)
  if (!address || token === undefined || !(await isThere(address.url, token))) return undefined
  return openRemoteDesk(address.url, token)
}
