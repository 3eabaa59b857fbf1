import type { Limits } from '../queue/queue.ts'
import { type QueueBench, sceneOn, type TestFunction } from './queue-bench.ts'
import { claimCases } from './queue-cases/claims.ts'
import { endingCases } from './queue-cases/endings.ts'
import { leaseCases } from './queue-cases/leases.ts'
import { limitCases } from './queue-cases/limits.ts'
import { needCases } from './queue-cases/needs.ts'
import { wakeCases } from './queue-cases/wakes.ts'

/**
 * What every queue must do, whatever it is made of: the conformance suite. `open` gives an empty company with these limits;
 * each case opens its own.
 */
export function testQueue({
  test,
  open,
}: {
  readonly test: TestFunction
  readonly open: (limits: Limits) => Promise<QueueBench>
}): void {
  const cases = [claimCases, leaseCases, endingCases, needCases, limitCases, wakeCases].flat()
  for (const { name, limits, prove } of cases) {
    test(name, async () => {
      const bench = await open({ depth: 100_000, keys: {}, ...limits })
      try {
        await prove(await sceneOn(bench))
      } finally {
        await bench.close()
      }
    })
  }
}
