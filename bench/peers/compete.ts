import { Client, type Heap, type Trickle } from './client.ts'
import type { Opening, Place } from './contender.ts'

/** What the bench asks of a contender's process, one after the other; the answer to each is a number, a latency, or nothing. */
export type Ask =
  | ({ readonly what: 'heap' } & Heap)
  | ({ readonly what: 'trickle' } & Trickle)
  | { readonly what: 'check' }
  | { readonly what: 'close' }

/** Its first word is its settings, then an answer to each ask. A process that fails says nothing more: it ends with 1. */
export type Answer = { readonly settings: readonly string[] } | { readonly gave: unknown }

/** The whole program of a contender's process: opens the library where the bench says, and does what the bench asks. */
export async function compete(open: Opening): Promise<void> {
  // Whatever becomes of the bench, its contenders end with it.
  process.once('disconnect', () => process.exit(1))
  const place = JSON.parse(process.argv[2] ?? '') as Place
  let client: Client | undefined
  const contender = await open(place, (text) => client?.returned(text))
  client = new Client(contender)
  const perform = performer(client, () => contender.close())
  process.on('message', async (ask: Ask) => {
    tell({ gave: await perform(ask) })
    if (ask.what === 'close') process.disconnect?.()
  })
  tell({ settings: contender.settings })
}

function performer(client: Client, close: () => Promise<void>): (ask: Ask) => Promise<unknown> {
  return (ask) => {
    switch (ask.what) {
      case 'heap':
        return client.heap(ask)
      case 'trickle':
        return client.trickle(ask)
      case 'check':
        return client.check()
      case 'close':
        return close()
      default:
        return ask satisfies never
    }
  }
}

function tell(answer: Answer): void {
  process.send?.(answer)
}
