import type { Kernel } from '../../executor/kernel.ts'
import type { Row } from '../../store/tables.ts'
import type { SubscriptionId } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'
import type { Chore } from '../chores.ts'
import { firstDue, nextIn, nextWanted, settle, subscriptionOf } from './deliver.ts'
import { send } from './send.ts'

/**
 * Tells one subscriber, one event after the other in the order of the journal. What waits is no row but the distance between its
 * cursor and the end of the journal; one delivery at a time is intended, sent, and settled together with the intent of the next.
 */
export class Sender implements Chore {
  readonly name: string
  readonly #id: SubscriptionId
  readonly #kernel: Kernel
  readonly #allowPrivate: readonly string[]
  readonly #closing: AbortSignal
  #sending: Promise<void> | undefined

  constructor(
    id: SubscriptionId,
    kernel: Kernel,
    { allowPrivate, closing }: { readonly allowPrivate: readonly string[]; readonly closing: AbortSignal },
  ) {
    this.name = `webhook ${id}`
    this.#id = id
    this.#kernel = kernel
    this.#allowPrivate = allowPrivate
    this.#closing = closing
  }

  async nextDue(): Promise<Instant | undefined> {
    const { store, clock } = this.#kernel
    if (this.#paused()) return undefined
    const subscription = await subscriptionOf.first(store.read, { id: this.#id })
    if (subscription?.state !== 'live') return undefined
    const due = await firstDue.first(store.read, { id: this.#id })
    if (due) return due.due_at ?? undefined
    return (await nextWanted(store.read, subscription)) === undefined ? undefined : clock.now()
  }

  perform(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
    return this.#sending
  }

  async #sendAll(): Promise<void> {
    const kernel = this.#kernel
    const { store } = kernel
    let next = this.#paused() ? undefined : await store.write((tx) => nextIn(tx, kernel, this.#id))
    while (next && this.#isDue(next)) {
      const delivery = next
      const subscription = await subscriptionOf.first(store.read, { id: this.#id })
      if (!subscription) throw new TypeError(`${this.#id} is missing`)
      const ways = { allowPrivate: this.#allowPrivate, signal: this.#closing }
      const sent = await send(kernel, subscription, delivery, ways)
      // Cut off by our own end, not by theirs: it stays due, and is sent again under the same id.
      if (this.#closing.aborted && sent.kind === 'failed') return
      next = await store.write(async (tx) => {
        await settle(tx, kernel, delivery, sent)
        return this.#paused() ? undefined : nextIn(tx, kernel, this.#id)
      })
    }
  }

  #isDue({ due_at }: Row<'deliveries'>): boolean {
    return !this.#paused() && due_at !== null && due_at <= this.#kernel.clock.now()
  }

  #paused(): boolean {
    return this.#closing.aborted || this.#kernel.mode().mode === 'paused'
  }
}
