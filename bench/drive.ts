import type { Json } from '../src/values/json.ts'
import type { BenchCompany } from './company.ts'

/** What a company did while it was kept busy. */
export interface Driven {
  readonly runs: number
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
  const hands = Array.from({ length: inFlight }, async () => {
    while (going) {
      const run = await company.start(workflow, input)
      await new Promise<void>((resolve) => ended.set(run, resolve))
      ended.delete(run)
    }
  })
  await pause(warmUpMs)
  const [before, doneBefore, from] = [await company.written(), done, performance.now()]
  const cpuBefore = process.cpuUsage()
  await pause(seconds * 1000)
  const { user, system } = process.cpuUsage(cpuBefore)
  const [after, runs, to] = [await company.written(), done - doneBefore, performance.now()]
  going = false
  await Promise.all(hands)
  leave()
  return {
    runs,
    perSecond: (runs * 1000) / (to - from),
    events: (after.events - before.events) / runs,
    bytes: (after.bytes - before.bytes) / runs,
    cpu: (user + system) / runs,
    commits: (after.commits - before.commits) / runs,
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
