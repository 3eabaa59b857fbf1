import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { proveArchive } from '../../src/os/archive/check-archive.ts'
import type { Header } from '../../src/os/archive/format.ts'
import { tryArchive } from '../../src/os/archive/try-archive.ts'
import { faultIn } from '../../src/values/fault.ts'
import { writeLetter } from '../archive/company.ts'
import { faultFrom } from '../store/open-store.ts'
import { backedUp, passphrase } from './company.ts'

const positions = process.env.PROOF ? 20_000 : 200
// SQLite's own header, where each byte has a meaning of its own.
const headerBytes = 100

test(`a bit that flips in a backup is found, at any of ${positions} places all over the file`, async () => {
  const { company, backups } = await backedUp()
  for (const text of ['Dear Bob', 'Dear Cid']) await writeLetter(company, text)
  const backup = await backups.take()
  const whole = readFileSync(backup.path)
  const flipped = join(dirname(company.folder), 'flipped.soloist')
  const { chainKey } = company.kernel.vault
  const before = await proveArchive(backup.path, chainKey, [])
  let refused = 0
  for (const [at, bit] of places(whole)) {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
    writeFileSync(flipped, bytes)
    const where = `bit ${bit} of byte ${at}`
    // Who made it knows each of its bits.
    const trial = tryArchive({ archive: flipped, hash: backup.hash, passphrase, place: '' })
    expect((await faultFrom(trial)).code, where).toBe('backup.changed')
    // Who has nothing but the file finds each bit that says something: the rest lies between the rows.
    const found = await proveArchive(flipped, chainKey, []).catch((error: unknown) => faultIn(error).code)
    if (typeof found === 'string') expect(found, where).toBe('archive.invalid')
    else expect(withoutKey(found), where).toEqual(withoutKey(before))
    refused += typeof found === 'string' ? 1 : 0
  }
  expect(refused).toBeGreaterThan(positions / 4)
}, 3_600_000)

/** The sealed key stands outside of the digest: the passphrase does not open it when a bit of it is another. */
function withoutKey({ key: _key, ...rest }: Header): Omit<Header, 'key'> {
  return rest
}

/** One place in each of as many stretches of equal length, where something stands if anything does; and some in the file's header. */
function* places(whole: Buffer): Generator<readonly [number, number]> {
  let state = 20260313
  const random = (below: number): number => {
    state = (state * 48271) % 2147483647
    return state % below
  }
  for (let count = 0; count < 20; count += 1) yield [random(headerBytes), random(8)]
  const stretch = whole.length / positions
  for (let count = 0; count < positions; count += 1) {
    const [from, until] = [Math.floor(count * stretch), Math.floor((count + 1) * stretch)]
    const at = from + random(until - from)
    const written = whole.subarray(at, until).findIndex((byte) => byte !== 0)
    yield [written === -1 ? at : at + written, random(8)]
  }
}

test('a bit that flips in the sealed key is found by the passphrase', async () => {
  const { company, backups } = await backedUp()
  const backup = await backups.take()
  const bytes = readFileSync(backup.path)
  const { key } = await proveArchive(backup.path, company.kernel.vault.chainKey, [])
  const at = bytes.indexOf(key)
  bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30
  const flipped = join(dirname(company.folder), 'flipped.soloist')
  writeFileSync(flipped, bytes)
  expect((await faultFrom(backups.trial(flipped))).code).toBe('archive.wrong-passphrase')
})
