import type { Json } from '../src/values/json.ts'
import type { BenchCompany } from './company.ts'

/** What a company did while it was kept busy. */
export interface Driven {
  readonly perSecond: number
  /** Written meanwhile, for each run. */
  readonly events: number
  readonly bytes: number
  readonly commits: number
  /** Microseconds of CPU time that this process used, for each run: the number that a busy machine disturbs least. */
  readonly cpu: number
}

// The first second compiles and fills caches; it is driven, and not counted.
const warmUpMs = 1000

/** Keeps `inFlight` runs of a workflow going, each followed by another when it is done, for so many seconds. */
export async function drive(
  company: BenchCompany,
  workflow: string,
  input: Json,
  { inFlight, seconds }: { readonly inFlight: number; readonly seconds: number },
): Promise<Driven> {
  let done = 0
  let going = true
  const ended = new Map<string, () => void>()
  const leave = company.kernel.journal.onCommitted((event) => {
    if (event.kind !== 'run.done') return
    done += 1
    ended.get(event.run ?? '')?.()
  })
  const before = await company.written()
  const hands = Array.from({ length: inFlight }, async () => {
    while (going) {
      const run = await company.start(workflow, input)
      await new Promise<void>((resolve) => ended.set(run, resolve))
      ended.delete(run)
    }
  })
  await pause(warmUpMs)
  const [doneBefore, cpuBefore, from] = [done, process.cpuUsage(), performance.now()]
  await pause(seconds * 1000)
  const [runs, { user, system }, to] = [done - doneBefore, process.cpuUsage(cpuBefore), performance.now()]
  going = false
  await Promise.all(hands)
  leave()
  const after = await company.written()
  return {
    perSecond: (runs * 1000) / (to - from),
    cpu: (user + system) / runs,
    events: (after.events - before.events) / done,
    bytes: (after.bytes - before.bytes) / done,
    commits: (after.commits - before.commits) / done,
  }
}

/** Waits on the machine's own clock. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
