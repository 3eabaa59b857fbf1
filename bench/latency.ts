import type { BenchCompany } from './company.ts'
import { pause } from './drive.ts'
import { input } from './workflows.ts'

// Before each run the worker has long gone to sleep again.
const restMs = 10

/**
 * Milliseconds from a task being committed, ready from the start, to its attempt having begun, for runs that come one at a time to a worker
 * that sleeps. `begun` is where `perform` says when it was called.
 */
export async function readyToStarted(
  company: BenchCompany,
  workflow: string,
  runs: number,
  begun: (at: (now: number) => void) => void,
): Promise<number[]> {
  const waits: number[] = []
  let readyAt = 0
  const leave = company.kernel.journal.onCommitted((event) => {
    if (event.kind === 'task.added') readyAt = performance.now()
  })
  begun((now) => waits.push(now - readyAt))
  for (let run = 0; run < runs; run += 1) {
    await company.start(workflow, input)
    await pause(restMs)
  }
  leave()
  return waits
}
