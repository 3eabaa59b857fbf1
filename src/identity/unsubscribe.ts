import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { asId, type IdentityId } from '../values/id.ts'

/** Who leaves which audience. */
export interface Leave {
  readonly audience: IdentityId
  readonly member: IdentityId
}

/**
 * The token of an unsubscribe link. It never expires (a letter may be opened after years) and says nothing that its reader does
 * not know but two ids. Made of the same key, audience and member, it is always the same.
 */
export function unsubscribeToken(key: KeyObject, audience: IdentityId, member: IdentityId): string {
  return `${audience}.${member}.${sign(key, audience, member).toString('base64url')}`
}

/** What a token says, or `undefined` when this key did not sign it. Compares in constant time; never throws. */
export function readToken(key: KeyObject, token: string): Leave | undefined {
  if (token.length > maxToken) return undefined
  const [audienceText = '', memberText = '', signature = '', ...rest] = token.split('.')
  const audience = asId('idn', audienceText)
  const member = asId('idn', memberText)
  if (audience === undefined || member === undefined || rest.length > 0) return undefined
  const right = sign(key, audience, member).toString('base64url')
  // Compared as text: base64url has more than one spelling of the same bytes, and a link has one.
  const given = Buffer.from(signature)
  return given.length === right.length && timingSafeEqual(given, Buffer.from(right)) ? { audience, member } : undefined
}

// Two ids of at most 68 characters, two dots, 43 characters of HMAC.
const maxToken = 181

function sign(key: KeyObject, audience: IdentityId, member: IdentityId): Buffer {
  // The first line keeps it apart from all else that may be signed with the same key.
  return createHmac('sha256', key).update(`soloist unsubscribe 1\n${audience}\n${member}`).digest()
}
