import type { Delivered } from '../../adapters/webhooks/verify.ts'
import type { Row } from '../../store/tables.ts'
import { refuse } from '../../values/fault.ts'
import { asId, type ReceiptId, type SubscriptionId } from '../../values/id.ts'
import type { Company } from '../commands.ts'
import { type Event, followAgain } from './follow.ts'
import type { NewSubscription, Outbox } from './outbox.ts'
import type { Received, Receiving } from './receive.ts'

/** What comes in and what is told: all that the desk and the outside may ask. */
export interface Webhooks {
  /** Takes in one delivery. Faults: see `Receiving`. */
  receive(source: string, delivered: Delivered): Promise<Received>
  /** Faults: `input.invalid`, `input.unknown`, `fetch.refused`. */
  add(subscription: NewSubscription): Promise<SubscriptionId>
  /** Fault: `input.unknown`. */
  remove(subscription: SubscriptionId): Promise<void>
  /**
   * Does once more: a receipt that failed, a delivery, or a subscription that stopped.
   * Faults: `input.unknown`, `webhook.not-possible`.
   */
  replay(id: string): Promise<void>
  close(): void
}

type Parts = Pick<Company, 'kernel' | 'config' | 'chores'>

/** Opens the webhooks of a company. Most companies have none: what they need is loaded when one is there. */
export async function openWebhooks(company: Parts): Promise<Webhooks> {
  let receiving: Promise<Receiving> | undefined
  let outbox: Promise<Outbox> | undefined
  const inward = (): Promise<Receiving> => {
    receiving ??= import('./receive.ts').then((module) => new module.Receiving(company))
    return receiving
  }
  const outward = (): Promise<Outbox> => {
    outbox ??= openOutbox(company)
    return outbox
  }
  if (await anyLive(company)) await outward()
  return {
    receive: async (source, delivered) => (await inward()).receive(source, delivered),
    add: async (subscription) => (await outward()).add(subscription),
    remove: async (id) => (await outward()).remove(id),
    async replay(id) {
      const [receipt, subscription, delivery] = [asId('hok', id), asId('sub', id), asId('dlv', id)]
      if (receipt) await followAgain(company, await readEvent(company, receipt))
      else if (subscription) await (await outward()).resume(subscription)
      else if (delivery) await (await outward()).sendAgain(delivery)
      else unknown(id)
    },
    close() {
      void outbox?.then((open) => open.close())
    },
  }
}

async function openOutbox(company: Parts): Promise<Outbox> {
  const { Outbox } = await import('./outbox.ts')
  const outbox = new Outbox(company)
  await outbox.open()
  return outbox
}

async function anyLive({ kernel }: Parts): Promise<boolean> {
  const row = await kernel.store.read
    .selectFrom('subscriptions')
    .select('id')
    .where('state', '=', 'live')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** An event as it came in, with the rules of its source as they are now. */
async function readEvent({ kernel, config }: Parts, id: ReceiptId): Promise<Event> {
  const row: Row<'receipts'> | undefined = await kernel.store.read
    .selectFrom('receipts')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  const webhook = config.webhooks.find(({ source }) => source === row?.source)
  if (!row || !webhook) unknown(id)
  const [event] = await kernel.journal.at([row.received_seq])
  if (event?.kind !== 'webhook.received') throw new TypeError(`${id} was never received`)
  if (event.payload === null) refuse('vault.forgotten', { identity: event.subject })
  const { body, headers } = event.payload
  return { id, webhook, event: row.event, arrived: { body, headers } }
}

function unknown(name: string): never {
  refuse('input.unknown', {
    kind: 'receipt, delivery or subscription',
    name: name.slice(0, 80),
    nearest: '',
    command: 'soloist webhook list',
  })
}
