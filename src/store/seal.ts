import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { chanceBytes } from '../values/chance.ts'

const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM: 12 bytes of random nonce, the ciphertext, 16 bytes of tag. Nonces are random: fit for 2^32 seals of one key. */
export function seal(key: KeyObject, plain: Uint8Array): Buffer {
  const iv = chanceBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** The plain bytes, or `undefined` when the key is another or a bit was changed. */
export function unseal(key: KeyObject, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < ivBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes)), decipher.final()])
  } catch {
    // GCM says no more than "does not authenticate": the caller knows which key and which text it tried.
    return undefined
  }
}
