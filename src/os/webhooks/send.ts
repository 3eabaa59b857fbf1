import { type Posted, postOutside } from '../../adapters/post.ts'
import { standardHeaders, standardKey } from '../../adapters/webhooks/standard.ts'
import type { Kernel } from '../../executor/kernel.ts'
import type { Row } from '../../store/tables.ts'
import { type Fault, fault, faultIn } from '../../values/fault.ts'
import type { Duration } from '../../values/time.ts'
import { messageOf } from './message.ts'

/** How one attempt ended. `refused`: the receiver lives and does not want this one; `failed`: it did not take anything now. */
export type Sent =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused' | 'failed'; readonly fault: Fault; readonly retryAfter: Duration | null }
  | { readonly kind: 'stop'; readonly fault: Fault }

/** Sends one delivery, once. Its id is the same at each attempt; its time and signature are of now. */
export async function send(
  kernel: Kernel,
  subscription: Row<'subscriptions'>,
  delivery: Pick<Row<'deliveries'>, 'id' | 'seq'>,
  ways: { readonly allowPrivate: readonly string[]; readonly signal: AbortSignal },
): Promise<Sent> {
  const { vault, journal, clock, crash } = kernel
  const { url, secret: name } = subscription
  const secret = vault.secret(name)
  const key = secret === undefined ? undefined : standardKey(secret)
  if (!key) return { kind: 'stop', fault: fault('secret.missing', { adapter: `webhook ${subscription.id}`, name }) }
  const [event] = await journal.at([delivery.seq])
  if (!event) throw new TypeError(`event ${delivery.seq} is missing`)
  const body = messageOf(event, subscription.payload)
  const headers = standardHeaders(key, delivery.id, Math.floor(clock.now() / 1000), body)
  try {
    crash?.before('call')
    const message = { headers: { 'content-type': 'application/json', ...headers }, body }
    const posted = await postOutside(url, message, ways.signal, { allowPrivate: ways.allowPrivate })
    crash?.after('call')
    return judged(subscription, posted)
  } catch (caught) {
    const found = faultIn(caught)
    if (found.code === 'fetch.refused') return { kind: 'stop', fault: found }
    const why = found.about.why ?? found.message
    return { kind: 'failed', fault: fault('delivery.failed', { url: hostOf(url), why }), retryAfter: null }
  }
}

function judged({ url, id }: Row<'subscriptions'>, { status, retryAfter }: Posted): Sent {
  if (status >= 200 && status < 300) return { kind: 'done' }
  if (status === 410) return { kind: 'stop', fault: fault('subscription.gone', { url: hostOf(url), id }) }
  // Too early, too many, or too slow: it would take it later.
  const later = status >= 500 || status === 408 || status === 425 || status === 429
  const found = later
    ? fault('delivery.failed', { url: hostOf(url), why: `it answered ${status}` })
    : fault('delivery.refused', { url: hostOf(url), status })
  return { kind: later ? 'failed' : 'refused', fault: found, retryAfter }
}

/** A path or a query may hold a secret of the receiver's: messages name the host. */
function hostOf(url: string): string {
  return new URL(url).host
}
