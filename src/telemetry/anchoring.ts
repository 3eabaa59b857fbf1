import type { Store } from '../store/store.ts'
import { type Fault, faultIn } from '../values/fault.ts'
import { type Clock, type Duration, later, seconds } from '../values/time.ts'
import { anchorHead } from './anchor.ts'
import type { Journal } from './journal.ts'

export interface AnchoringOptions {
  readonly journal: Journal
  readonly store: Store
  readonly clock: Clock
  /** A file outside the store, best on another disk. */
  readonly path: string
  readonly epoch: number
  readonly every?: { readonly events: number; readonly after: Duration }
  /** Hears of an anchor that could not be written; it is tried again with the next. */
  onFault(fault: Fault): void
}

export interface Anchoring {
  /** Anchors what is there now. Faults: `store.full`, `store.unwritable`. */
  anchor(): Promise<void>
  /** Anchors the last events and stops. Close it before the store. Faults as above. */
  close(): Promise<void>
}

// An anchor costs an fsync: at 30,000 events a second one in 1000 is 30 a second; a quiet company loses at most a minute.
const usually = { events: 1000, after: seconds(60) }

/** Anchors the journal's head by itself: after so many events, or so long after the first that is not anchored yet. */
export function startAnchoring(options: AnchoringOptions): Anchoring {
  const { journal, store, clock, path, epoch, every = usually } = options
  let waiting = 0
  let cancelWake: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()

  const anchor = (): Promise<void> => {
    waiting = 0
    cancelWake?.()
    cancelWake = undefined
    const write = async (): Promise<void> => {
      await anchorHead(store.read, { path, at: clock.now(), epoch })
    }
    const written = writing.then(write)
    // One after another, so that the lines stand in order; the one that failed says so to whoever asked for it.
    writing = written.catch(() => {})
    return written
  }
  const anchorByItself = (): void => {
    anchor().catch((error: unknown) => options.onFault(faultIn(error)))
  }
  const stopListening = journal.onCommitted(() => {
    waiting += 1
    if (waiting >= every.events) anchorByItself()
    else cancelWake ??= clock.wake(later(clock.now(), every.after), anchorByItself)
  })
  return {
    anchor,
    async close() {
      stopListening()
      if (waiting > 0) await anchor()
      await writing
    },
  }
}
