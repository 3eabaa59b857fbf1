import { operationNamed } from '../os/operations/registry.ts'
import type { Os } from '../os/os.ts'
import { eventView } from '../os/queries/events.ts'
import type { Desk } from './desk.ts'

/** The desk of a company that this process has opened. */
export function openLocalDesk(os: Os): Desk {
  return {
    call: (name, input) => operationNamed(name).perform(os, input),
    // Nothing happens here but in `idle`, so that nothing was missed since the place.
    async settle(_run, _after, heard) {
      const leave = os.journal.onCommitted((event) => heard(eventView(event)))
      try {
        await os.idle()
      } finally {
        leave()
      }
    },
    close: () => os.close(),
  }
}
