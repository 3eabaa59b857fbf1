import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Duration, Instant } from '../../values/time.ts'
import type { Signature } from './signature.ts'
import { standardKey, standardMac } from './standard.ts'

/** One delivery as it arrived: the very bytes that were signed. */
export interface Delivered {
  readonly body: Uint8Array
  /** A header by its name in small letters. */
  header(name: string): string | undefined
}

/**
 * Why a delivery is not the sender's, or `undefined` when it is. Compares in constant time; says nothing of what was sent.
 * A time in the future is as wrong as one in the past: either is not now.
 */
export function unsigned(signature: Signature, secret: string, delivered: Delivered, now: Instant): string | undefined {
  switch (signature.scheme) {
    case 'standard':
      return standard(signature.tolerance, secret, delivered, now)
    case 'stripe': {
      const { pairs, missing } = pairsIn(delivered.header('stripe-signature'), 'stripe-signature')
      if (missing) return missing
      const at = pairs.find(([name]) => name === 't')?.[1] ?? ''
      const given = pairs.filter(([name]) => name === 'v1').map(([, mac]) => mac)
      const mac = createHmac('sha256', secret).update(`${at}.`).update(delivered.body).digest()
      return notAmong(mac, given, 'hex') ?? notNow(at, 1000, signature.tolerance, now)
    }
    case 'ghost': {
      const { pairs, missing } = pairsIn(delivered.header('x-ghost-signature'), 'x-ghost-signature')
      if (missing) return missing
      const at = pairs.find(([name]) => name === 't')?.[1] ?? ''
      const given = pairs.filter(([name]) => name === 'sha256').map(([, mac]) => mac)
      const mac = createHmac('sha256', secret).update(delivered.body).update(at).digest()
      return notAmong(mac, given, 'hex') ?? notNow(at, 1, signature.tolerance, now)
    }
    case 'hmac': {
      const { header, prefix, encoding } = signature
      const given = delivered.header(header)
      if (given === undefined) return `it has no ${header}`
      if (!given.startsWith(prefix)) return `its ${header} does not begin with ${prefix}`
      return notAmong(
        createHmac('sha256', secret).update(delivered.body).digest(),
        [given.slice(prefix.length)],
        encoding,
      )
    }
    default:
      return signature satisfies never
  }
}

function standard(tolerance: Duration, secret: string, delivered: Delivered, now: Instant): string | undefined {
  const key = standardKey(secret)
  if (!key) return 'the secret here is not whsec_ and base64 of 24 to 64 bytes'
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(delivered.header)
  if (id === undefined || at === undefined || signatures === undefined) {
    return 'it lacks webhook-id, webhook-timestamp or webhook-signature'
  }
  if (!/^\d{1,12}$/.test(at)) return wrongTime
  const given = signatures.split(' ').flatMap((one) => (one.startsWith('v1,') ? [one.slice('v1,'.length)] : []))
  return notAmong(standardMac(key, id, Number(at), delivered.body), given, 'base64') ?? notNow(at, 1000, tolerance, now)
}

const wrongTime = 'its time is not now'
// While a secret is changed a sender signs with both; a list that goes on is an attack on our time.
const mostSignatures = 10

function notAmong(mac: Buffer, given: readonly string[], encoding: 'hex' | 'base64'): string | undefined {
  const same = given.slice(0, mostSignatures).filter((text) => {
    const bytes = Buffer.from(text, encoding)
    return bytes.length === mac.length && timingSafeEqual(bytes, mac)
  })
  return same.length > 0 ? undefined : 'its signature does not fit'
}

function notNow(text: string, unit: number, tolerance: Duration, now: Instant): string | undefined {
  const at = /^\d{1,15}$/.test(text) ? Number(text) * unit : Number.NaN
  return Math.abs(now - at) <= tolerance ? undefined : wrongTime
}

type Pairs = readonly (readonly [name: string, value: string])[]

/** `t=1,v1=abc`: names may come twice. */
function pairsIn(text: string | undefined, header: string): { readonly pairs: Pairs; readonly missing?: string } {
  if (text === undefined) return { pairs: [], missing: `it has no ${header}` }
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const
  })
  return { pairs }
}
