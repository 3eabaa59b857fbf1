import { hash } from 'node:crypto'
import { type Delivered, unsigned } from '../../adapters/webhooks/verify.ts'
import { refuse } from '../../values/fault.ts'
import { derivedId, type ReceiptId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { didYouMean } from '../../values/nearest.ts'
import { deepest, isDeep } from '../../values/nesting.ts'
import { formatDuration, seconds } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import { type Arrived, headersNamed, partOf } from './fill.ts'
import { follow, type ReceiptState } from './follow.ts'
import { Rates, usualRate } from './rate.ts'
import { Refusals } from './refusals.ts'
import type { Webhook } from './webhook.ts'

/** What became of a delivery. `known`: this event came before, and nothing was done now. */
export interface Received {
  readonly receipt: ReceiptId
  readonly state: ReceiptState
  readonly known: boolean
}

/**
 * Takes in what senders deliver. An event is followed once, in the transaction that stores it, however often and on however many
 * connections it comes. Faults: `input.unknown`, `secret.missing`, `webhook.unsigned`, `webhook.busy`, `input.not-json`; then
 * nothing was taken in. What cannot be done with a good event is a fault that is kept with it.
 */
export class Receiving {
  readonly #company: Pick<Company, 'kernel' | 'config'>
  readonly #refusals: Refusals
  readonly #rates: Rates

  constructor(company: Pick<Company, 'kernel' | 'config'>) {
    this.#company = company
    this.#refusals = new Refusals(company.kernel)
    this.#rates = new Rates(company.kernel.clock)
  }

  async receive(source: string, delivered: Delivered): Promise<Received> {
    const { kernel, config } = this.#company
    const webhook = config.webhooks.find((one) => one.source === source) ?? unknownSource(this.#company, source)
    const { secret } = webhook.verify
    const key = kernel.vault.secret(secret) ?? refuse('secret.missing', { adapter: `${source} webhook`, name: secret })
    const why = unsigned(webhook.verify, key, delivered, kernel.clock.now())
    if (why !== undefined) {
      await this.#refusals.note(source, why)
      refuse('webhook.unsigned', { source, why })
    }
    const arrived = read(webhook, delivered)
    const event = eventOf(webhook, arrived, delivered)
    const id = derivedId('hok', source, event)
    const known = await this.#stateOf(id)
    if (known) return { receipt: id, state: known, known: true }
    this.#takeOne(webhook)
    const state = await follow(this.#company, { id, webhook, event, arrived })
    // Two deliveries at once both find it unknown; the second finds it in its transaction.
    if (state !== undefined) return { receipt: id, state, known: false }
    return { receipt: id, state: (await this.#stateOf(id)) ?? 'kept', known: true }
  }

  async #stateOf(id: ReceiptId): Promise<ReceiptState | undefined> {
    const row = await this.#company.kernel.store.read
      .selectFrom('receipts')
      .select('state')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.state
  }

  #takeOne({ source, rate = usualRate }: Webhook): void {
    const wait = this.#rates.take(source, rate)
    if (wait === undefined) return
    const limit = `${rate.count} events in ${formatDuration(rate.per)}`
    refuse('webhook.busy', { source, limit, seconds: Math.ceil(wait / seconds(1)) })
  }
}

function unknownSource({ config }: Pick<Company, 'config'>, name: string): never {
  const nearest = didYouMean(
    name,
    config.webhooks.map(({ source }) => source),
  )
  refuse('input.unknown', { kind: 'webhook', name: name.slice(0, 40), nearest, command: 'soloist webhook list' })
}

function read(webhook: Webhook, delivered: Delivered): Arrived {
  const headers = headersNamed(webhook).flatMap((name) => {
    const value = delivered.header(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { body: jsonIn(delivered.body), headers: Object.fromEntries(headers) }
}

function jsonIn(bytes: Uint8Array): Json {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (isDeep(text)) refuse('input.not-json', { source: 'The body', why: `it is nested deeper than ${deepest}` })
    return JSON.parse(text) as Json
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
    refuse('input.not-json', { source: 'The body', why: error.message })
  }
}

// Longer names are known by their hash.
const longestEvent = 200

/** The sender's name of the event, else the hash of the bytes: what is delivered again is the same to the byte. */
function eventOf(webhook: Webhook, arrived: Arrived, { body, header }: Delivered): string {
  const standard = webhook.verify.scheme === 'standard' ? header('webhook-id') : undefined
  const found = webhook.id === undefined ? standard : partOf(webhook.id, arrived)
  if (typeof found === 'number' || (typeof found === 'string' && found !== '')) {
    const name = String(found)
    return name.length <= longestEvent ? name : `sha256:${hash('sha256', name)}`
  }
  return `sha256:${hash('sha256', body)}`
}
