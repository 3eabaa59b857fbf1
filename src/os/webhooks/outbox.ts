import { postUrl } from '../../adapters/post.ts'
import { standardKey } from '../../adapters/webhooks/standard.ts'
import type { Row } from '../../store/tables.ts'
import { refuse } from '../../values/fault.ts'
import { type DeliveryId, randomIds, type SubscriptionId } from '../../values/id.ts'
import { didYouMean } from '../../values/nearest.ts'
import type { Added } from '../chores.ts'
import type { Company } from '../commands.ts'
import { intend, tell } from './deliver.ts'
import { tellableKinds } from './kinds.ts'
import { Sender } from './sender.ts'

/** A subscription as the operator asks for it. `secret` is a name in the vault. */
export interface NewSubscription {
  readonly url: string
  readonly kinds: readonly string[]
  readonly secret: string
  readonly payload: 'ids' | 'full'
}

/** Who is told of what goes on here: each subscription has a sender of its own, so that a slow receiver holds up no other. */
export class Outbox {
  readonly #company: Pick<Company, 'kernel' | 'config' | 'chores'>
  readonly #closing = new AbortController()
  readonly #senders = new Map<SubscriptionId, { readonly kinds: ReadonlySet<string>; readonly chore: Added }>()
  #stopListening: () => void = () => undefined

  constructor(company: Pick<Company, 'kernel' | 'config' | 'chores'>) {
    this.#company = company
  }

  /** Begins where each subscription stands. */
  async open(): Promise<void> {
    const rows = await this.#company.kernel.store.read
      .selectFrom('subscriptions')
      .selectAll()
      .where('state', '=', 'live')
      .execute()
    for (const row of rows) this.#begin(row)
  }

  /** Faults: `input.invalid`, `input.unknown` (a kind, the secret), `fetch.refused`. */
  async add({ url, kinds, secret, payload }: NewSubscription): Promise<SubscriptionId> {
    const { kernel, config } = this.#company
    for (const kind of kinds) if (!tellableKinds.some((known) => known === kind)) unknownKind(kind)
    const { href } = postUrl(url, config)
    const value = kernel.vault.secret(secret)
    if (value === undefined) {
      refuse('input.unknown', { kind: 'secret', name: secret, nearest: '', command: 'soloist secret list' })
    }
    if (!standardKey(value)) {
      refuse('input.invalid', { what: `The secret ${secret}`, why: 'it is not whsec_ and base64 of 24 to 64 bytes' })
    }
    const id = randomIds(kernel.clock.now).next('sub')
    const row = await kernel.store.write(async (tx) => {
      const cursor = await lastSeq(tx.db)
      const wanted = [...new Set(kinds)].sort()
      const told = { subscription: id, url: href, secret, kinds: wanted, payload, cursor }
      const seq = await tell(tx, kernel, { kind: 'subscription.added', origin: 'operator', payload: told })
      const added: Row<'subscriptions'> = {
        id,
        url: href,
        secret,
        kinds: JSON.stringify(wanted),
        payload,
        state: 'live',
        cursor_seq: cursor,
        added_seq: seq,
        state_seq: seq,
      }
      await tx.db.insertInto('subscriptions').values(added).execute()
      return added
    })
    this.#begin(row)
    return id
  }

  /** Fault: `input.unknown`. */
  async remove(id: SubscriptionId): Promise<void> {
    await this.#change(id, ['live', 'stopped'], 'removed', 'subscription.removed')
    const sender = this.#senders.get(id)
    this.#senders.delete(id)
    await sender?.chore.remove()
  }

  /** Goes on where a stopped subscription stands. Fault: `input.unknown` when none of that id is stopped. */
  async resume(id: SubscriptionId): Promise<void> {
    const row = await this.#change(id, ['stopped'], 'live', 'subscription.resumed')
    this.#begin(row)
  }

  /** Sends an event again, under the id that it had. Fault: `input.unknown`. */
  async sendAgain(id: DeliveryId): Promise<void> {
    const { kernel } = this.#company
    const subscription = await kernel.store.write(async (tx) => {
      const row = await tx.db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row)
        refuse('input.unknown', { kind: 'delivery', name: id, nearest: '', command: 'soloist webhook deliveries' })
      await intend(tx, kernel, row.subscription_id, row.seq, true)
      return row.subscription_id
    })
    this.#senders.get(subscription)?.chore.nudge()
  }

  /** Cuts off what is being sent: it stays due. */
  close(): void {
    this.#stopListening()
    this.#closing.abort()
  }

  #begin({ id, kinds }: Row<'subscriptions'>): void {
    const { kernel, config, chores } = this.#company
    if (this.#senders.size === 0) this.#listen()
    const known = this.#senders.get(id)
    if (known) {
      known.chore.nudge()
      return
    }
    const sender = new Sender(id, kernel, { allowPrivate: config.allowPrivate, closing: this.#closing.signal })
    this.#senders.set(id, { kinds: new Set(JSON.parse(kinds) as string[]), chore: chores.add(sender) })
  }

  #listen(): void {
    this.#stopListening()
    this.#stopListening = this.#company.kernel.journal.onCommitted(({ kind }) => {
      for (const { kinds, chore } of this.#senders.values()) if (kinds.has(kind)) chore.nudge()
    })
  }

  async #change(
    id: SubscriptionId,
    from: readonly Row<'subscriptions'>['state'][],
    to: Row<'subscriptions'>['state'],
    kind: string,
  ): Promise<Row<'subscriptions'>> {
    const { kernel } = this.#company
    return kernel.store.write(async (tx) => {
      const row = await tx.db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row || !from.includes(row.state)) {
        refuse('input.unknown', {
          kind: `${from.join(' or ')} subscription`,
          name: id,
          nearest: '',
          command: 'soloist webhook list',
        })
      }
      const seq = await tell(tx, kernel, { kind, origin: 'operator', payload: { subscription: id } })
      await tx.db.updateTable('subscriptions').set({ state: to, state_seq: seq }).where('id', '=', id).execute()
      // What was given up is tried anew, now.
      if (to === 'live') {
        await tx.db
          .updateTable('deliveries')
          .set({ attempts: 0, due_at: kernel.clock.now() })
          .where('subscription_id', '=', id)
          .where('state', '=', 'due')
          .execute()
      }
      return { ...row, state: to, state_seq: seq }
    })
  }
}

async function lastSeq(db: Company['kernel']['store']['read']): Promise<number> {
  const row = await db.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.seq ?? 0
}

function unknownKind(name: string): never {
  const nearest = didYouMean(name, tellableKinds)
  refuse('input.unknown', { kind: 'event', name, nearest, command: tellableKinds.join(', ') })
}
