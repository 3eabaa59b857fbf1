import { createHmac } from 'node:crypto'

const secretPrefix = 'whsec_'
// The bounds of the specification: less could be guessed, more is no key but a file.
const shortest = 24
const longest = 64

/** The key in a secret of Standard Webhooks (`whsec_` and base64 of 24 to 64 bytes); `undefined` when it is none. */
export function standardKey(secret: string): Buffer | undefined {
  const text = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  const key = Buffer.from(text, 'base64')
  return key.length >= shortest && key.length <= longest ? key : undefined
}

/** The signature of one message, as bytes. `at` is in whole seconds since 1970. */
export function standardMac(key: Buffer, id: string, at: number, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest()
}

/** The headers that a signed message carries. */
export function standardHeaders(key: Buffer, id: string, at: number, body: Uint8Array): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${standardMac(key, id, at, body).toString('base64')}`,
  }
}
