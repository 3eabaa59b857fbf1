import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Journal } from '../telemetry/journal.ts'
import { type Clock, type Instant, later, milliseconds, seconds } from '../values/time.ts'

// Long enough that work which comes in a row is not held up between two pieces: collecting takes some 50 ms.
const quiet = seconds(10)
// V8 lets go of the code of functions that nobody called while so many collections passed, of all that only starting up needed: 3 MB. Others
// have their turn between two of them. They take half a second of a core, which a burst of work later on is not worth.
const roundsAtFirst = 8
const betweenRounds = milliseconds(250)

/**
 * Gives memory back to the machine when nothing has happened for a while: at first what starting up left behind (130 MB become
 * 98 MB), later what a burst of work did. V8 by itself keeps both, since a process that does nothing has no reason to collect.
 * The returned function ends it.
 */
export function restWhenQuiet({ journal, clock }: { readonly journal: Journal; readonly clock: Clock }): () => void {
  let latest: Instant = clock.now()
  let rounds = roundsAtFirst
  let stopWaiting: (() => void) | undefined
  const wait = (): void => {
    stopWaiting = clock.wake(later(latest, quiet), () => {
      stopWaiting = undefined
      if (clock.now() < later(latest, quiet)) wait()
      else collectAgain(1)
    })
  }
  const collectAgain = (round: number): void => {
    collect()
    if (round >= rounds) {
      rounds = 1
      return
    }
    stopWaiting = clock.wake(later(clock.now(), betweenRounds), () => {
      stopWaiting = undefined
      if (clock.now() < later(latest, quiet)) wait()
      else collectAgain(round + 1)
    })
  }
  const stopListening = journal.onCommitted(() => {
    latest = clock.now()
    if (!stopWaiting) wait()
  })
  wait()
  return () => {
    stopListening()
    stopWaiting?.()
  }
}

/** A context made after the flag is set has `gc`; only this flavour shrinks the young generation too. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (how: object) => void
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
