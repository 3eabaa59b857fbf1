import { openCompany } from '../../src/os/create.ts'
import { setSharedClock, sharedClock } from '../../src/store/shared-clock.ts'
import { type Instant, instant } from '../../src/values/time.ts'

// A process that owns the company in a folder: `node punctual-process.ts FOLDER UNTIL`. It does each thing when it is due, moves
// the time that all share on to the next, and leaves with 0 at UNTIL, unless SOLOIST_CRASH ends it earlier.
const [folder = '', until = ''] = process.argv.slice(2)
const clock = process.env.SOLOIST_CLOCK ?? ''
const end = instant(Number(until))
const os = await openCompany(folder)
for (;;) {
  await os.idle()
  const now = sharedClock(clock).now()
  if (now >= end) break
  const due = await os.nextDue()
  setSharedClock(clock, Math.max(now, Math.min(due ?? end, end)) as Instant)
}
await os.close()
