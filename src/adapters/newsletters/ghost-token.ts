import { createHmac } from 'node:crypto'
import { refuse } from '../../values/fault.ts'
import type { Instant } from '../../values/time.ts'

/** An Admin API key in its two parts. */
export interface AdminKey {
  readonly id: string
  readonly secret: Buffer
}

/** Reads `id:secret` as Ghost shows it under Settings, Integrations. Fault: `adapter.refused`. */
export function readAdminKey(text: string): AdminKey {
  const [, id, secret] = /^\s*([0-9a-f]{24}):((?:[0-9a-f]{2}){16,64})\s*$/i.exec(text) ?? []
  if (id === undefined || secret === undefined) {
    refuse('adapter.refused', {
      adapter: 'ghost',
      action: 'the connection',
      why: 'the secret is no Admin API key (24 hexadecimal digits, a colon, the secret)',
    })
  }
  return { id, secret: Buffer.from(secret, 'hex') }
}

// The longest that Ghost takes; each request gets a token of its own.
const validSeconds = 300

/**
 * The token of one request. Source: docs.ghost.org/admin-api, "Token authentication": a JWT (RFC 7519) signed with HS256, `kid` the
 * key's id, `aud` `/admin/`, valid for five minutes at most; the secret is hexadecimal.
 */
export function adminToken({ id, secret }: AdminKey, now: Instant): string {
  const iat = Math.floor(now / 1000)
  const signed = [
    { alg: 'HS256', kid: id, typ: 'JWT' },
    { iat, exp: iat + validSeconds, aud: '/admin/' },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const text = signed.join('.')
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
