import { createSecretKey, type KeyObject, randomBytes, scrypt } from 'node:crypto'
import { unseal } from '../../store/seal.ts'
import { refuse } from '../../values/fault.ts'
import type { Header } from './format.ts'

/** How a passphrase becomes a key. Memory: 128 × r × 2^log2N bytes. */
export type Stretch = Pick<Header, 'scrypt.log2N' | 'scrypt.r' | 'scrypt.p' | 'scrypt.salt'>

/**
 * 128 MB and some 0.4 s for each guess: what OWASP asks of scrypt
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
 */
export const usualStretch = (): Stretch => ({
  'scrypt.log2N': 17,
  'scrypt.r': 8,
  'scrypt.p': 1,
  'scrypt.salt': randomBytes(16).toString('hex'),
})

/** Fault: `input.invalid` for an empty passphrase, which would protect nothing. */
export function checkPassphrase(passphrase: string): void {
  if (passphrase.trim() === '') refuse('input.invalid', { what: 'The passphrase', why: 'it is empty' })
}

/** The key of a passphrase. It is normalised (NFC) first: keyboards write an accent in two ways. */
export function passphraseKey(passphrase: string, stretch: Stretch): Promise<KeyObject> {
  const cost = 2 ** stretch['scrypt.log2N']
  const r = stretch['scrypt.r']
  const options = { N: cost, r, p: stretch['scrypt.p'], maxmem: 256 * cost * r }
  const salt = Buffer.from(stretch['scrypt.salt'], 'hex')
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, bytes) =>
      error ? reject(error) : resolve(createSecretKey(bytes)),
    )
  })
}

/**
 * The company's key out of an archive. The digest that is sealed beside it must be the content's: so nobody without the
 * passphrase can change anything. Faults: `archive.wrong-passphrase`, `archive.invalid`.
 */
export async function openCompanyKey(header: Header, passphrase: string, path: string): Promise<Buffer> {
  const plain = unseal(await passphraseKey(passphrase, header), Buffer.from(header.key, 'hex'))
  if (!plain) refuse('archive.wrong-passphrase', { path })
  if (plain.toString('hex', 32) !== header.digest) {
    refuse('archive.invalid', { path, why: 'its content is not what was exported with this passphrase' })
  }
  return plain.subarray(0, 32)
}
