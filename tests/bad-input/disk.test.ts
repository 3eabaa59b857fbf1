import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takeLock } from '../../src/store/lock.ts'
import { expectFault, fill, Place, place, placeForTest, smallDisk } from './command-line.ts'

const nobody = 65534
const isRoot = process.getuid?.() === 0

test('on a full disk a run is refused or stops in one clear message, and goes on when there is room', async (context) => {
  const disk = smallDisk('200m')
  if (!disk) return context.skip('needs the right to mount a tmpfs')
  const company = place(disk)
  const held = await company.type('run', 'hello', 'name=Bo')
  expect(held.code).toBe(3)
  const gate = /gat_\w+/.exec(held.err)?.[0] ?? ''
  const before = company.digest()
  const filler = fill(disk)
  expectFault(await company.type('decide', gate, '--approve'), 'store.full', full)
  expect(company.digest()).toBe(before)
  rmSync(filler)
  expect((await company.type('decide', gate, '--approve')).code).toBe(0)
  expect(readdirSync(join(disk, 'outbox'))).toHaveLength(1)
  expect((await company.type('verify')).code).toBe(0)
})

const full = { exit: 1, says: /disk .* is full/, next: /Make room/ }

test.each([
  ['a company folder that it may not write', ''],
  ['a store that it may not write', '.soloist'],
])('another user gets one clear message about %s', async (_what, part) => {
  const company = placeForTest()
  chmodSync(company.folder, 0o755)
  chmodSync(join(company.folder, '.soloist'), 0o755)
  chmodSync(join(company.folder, '.soloist', 'vault.key'), 0o644)
  if (part === '') rmSync(join(company.folder, '.soloist'), { recursive: true })
  const before = readdirSync(company.folder, { recursive: true })
  const stranger = isRoot ? new Place(company.folder, nobody) : company
  if (!isRoot) chmodSync(join(company.folder, part), 0o555)
  expectFault(await stranger.type('runs'), 'store.unwritable', {
    exit: 1,
    says: /\.soloist.* cannot be written/,
    next: /the right to write there/,
  })
  expect(readdirSync(company.folder, { recursive: true })).toEqual(before)
})

test('a company that another process has open is refused, and free again when that ends', async () => {
  const company = placeForTest()
  expect((await company.type('run', 'hello', 'name=Bo')).code).toBe(3)
  const lock = takeLock(join(company.folder, '.soloist', 'lock.db'))
  onTestFinished(() => lock.release())
  expectFault(await company.type('run', 'hello', 'name=Cy'), 'store.owned', {
    exit: 5,
    says: /already open in another process/,
    next: /stop it first/,
  })
  lock.release()
  expect((await company.type('run', 'hello', 'name=Cy')).code).toBe(3)
})

test('a company whose key is gone says so, and goes on when it is back', async () => {
  const company = placeForTest()
  expect((await company.type('run', 'hello', 'name=Bo')).code).toBe(3)
  const before = company.digest()
  const key = join(company.folder, '.soloist', 'vault.key')
  const kept = readFileSync(key)
  rmSync(key)
  expectFault(await company.type('inbox'), 'vault.missing-key', {
    exit: 1,
    says: /vault\.key/,
    next: /Put the key back/,
  })
  writeFileSync(key, `${'ab'.repeat(32)}\n`)
  expectFault(await company.type('inbox'), 'vault.wrong-key', { exit: 1, says: /vault\.key/, next: /key/ })
  expect(company.digest()).toBe(before)
  writeFileSync(key, kept)
  expect((await company.type('inbox')).code).toBe(0)
})
