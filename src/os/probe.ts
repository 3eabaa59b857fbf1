import type { OpenAdapter } from '../executor/kernel.ts'
import { type Fault, fault, Refusal } from '../values/fault.ts'
import type { Clock } from '../values/time.ts'
import type { Company } from './commands.ts'
import type { Check } from './os.ts'

/** Checks each adapter without an effect: credentials, reachability, the shape of answers. */
export async function probe({ adapters, kernel }: Company): Promise<readonly Check[]> {
  const never = new AbortController().signal
  return Promise.all(
    adapters.all.map(async (open): Promise<Check> => {
      return { what: `adapter ${open.adapter.name}`, fault: await probeAdapter(open, kernel.clock, never) }
    }),
  )
}

/** What stands in the way of one adapter, or `null`. Its own time-out limits it. Never throws: an adapter may be anybody's. */
export async function probeAdapter(
  { adapter, client }: OpenAdapter,
  clock: Clock,
  stopped: AbortSignal,
): Promise<Fault | null> {
  const { name, provider } = adapter
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(provider.timeout)])
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true })
  })
  // Once the race is over, a late end has nobody to tell.
  late.catch(() => undefined)
  try {
    await Promise.race([
      (async () => provider.probe?.(await client(), { key: 'probe', signal, now: clock.now() }))(),
      late,
    ])
    return null
  } catch (caught) {
    if (caught instanceof Refusal) return caught.fault
    return fault('adapter.unreachable', {
      adapter: name,
      why: caught instanceof Error ? caught.message : String(caught),
    })
  }
}
