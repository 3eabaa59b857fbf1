import { faultIn } from '../values/fault.ts'
import type { Company } from './commands.ts'
import type { Check } from './os.ts'

/** Checks each adapter without an effect: credentials, reachability, the shape of answers. */
export async function probe({ adapters, kernel }: Company): Promise<readonly Check[]> {
  return Promise.all(
    adapters.all.map(async ({ adapter, client }): Promise<Check> => {
      const what = `adapter ${adapter.name}`
      const signal = AbortSignal.timeout(adapter.provider.timeout)
      try {
        await adapter.provider.probe?.(await client(), { key: 'probe', signal, now: kernel.clock.now() })
        return { what, fault: null }
      } catch (caught) {
        return { what, fault: faultIn(caught) }
      }
    }),
  )
}
