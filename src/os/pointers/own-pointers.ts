import { type Adapter, adapter } from '../../adapters/adapter.ts'
import { refuseWhenStopped } from '../../adapters/answer.ts'
import { pointers as port } from '../../adapters/ports/pointers.ts'
import type { Kernel } from '../../executor/kernel.ts'
import { nameOf } from '../../executor/open-pointer.ts'
import { companyIdentity } from '../../values/id.ts'
import { seconds } from '../../values/time.ts'
import { openedPointer, pointerNamed, withinReach } from './check.ts'

/** UTF-16 units that an agent is given of one artifact: some 5,000 tokens. */
const mostForAgents = 20_000

/**
 * Pointers behind the port `pointers`. A task opens what belongs to whom it is about, and nothing else: text from outside cannot send
 * an agent through other people's files. `kernel` is opened after the adapters.
 */
export function ownPointers(kernel: () => Kernel): Adapter {
  return adapter(
    port,
    {
      name: 'pointers',
      secrets: [],
      timeout: seconds(30),
      connect: () => undefined,
      probe: async () => {
        await kernel().store.read.selectFrom('pointers').select('id').limit(1).execute()
      },
    },
    {
      read: {
        idempotency: 'none',
        async do(_client, input, call) {
          refuseWhenStopped('pointers', 'pointers.read', call)
          const reach = await withinReach(kernel(), call.subject ?? companyIdentity)
          const pointer = await pointerNamed(kernel(), input.pointer, reach)
          const { text, cut } = await openedPointer(kernel(), pointer, mostForAgents, call.signal)
          return { pointer: nameOf(pointer), title: pointer.title, url: pointer.url, text, cut }
        },
      },
    },
  )
}
