import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeVaultKey, readVaultKey } from '../../src/store/vault-key.ts'
import { faultOf, tempFolder } from './open-store.ts'

test('a key that was made can be read again, by its owner only', () => {
  const path = join(tempFolder(), 'vault.key')
  const key = makeVaultKey(path)
  expect(key).toHaveLength(32)
  expect(readVaultKey(path)).toEqual(key)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
})

test('two companies have different keys', () => {
  const folder = tempFolder()
  expect(makeVaultKey(join(folder, 'a'))).not.toEqual(makeVaultKey(join(folder, 'b')))
})

test('a key that is there is never replaced, and nothing is left behind', () => {
  const folder = tempFolder()
  const path = join(folder, 'vault.key')
  const key = makeVaultKey(path)
  expect(faultOf(() => makeVaultKey(path)).code).toBe('archive.occupied')
  expect(readVaultKey(path)).toEqual(key)
  expect(readdirSync(folder)).toEqual(['vault.key'])
})

test('the environment beats the file', () => {
  const path = join(tempFolder(), 'vault.key')
  makeVaultKey(path)
  expect(readVaultKey(path, 'AB'.repeat(32))).toEqual(Buffer.alloc(32, 0xab))
  expect(readVaultKey(join(tempFolder(), 'none'), ` ${'01'.repeat(32)}\n`)).toEqual(Buffer.alloc(32, 1))
})

test('a missing key is a fault that names both places', () => {
  const path = join(tempFolder(), 'vault.key')
  const { code, message } = faultOf(() => readVaultKey(path))
  expect(code).toBe('vault.missing-key')
  expect(message).toContain(path)
  expect(message).toContain('SOLOIST_VAULT_KEY')
  expect(existsSync(path)).toBe(false)
})

test.each(['', 'abc', 'zz'.repeat(32), 'ab'.repeat(31), 'ab'.repeat(33)])('a file with %j is no key', (text) => {
  const path = join(tempFolder(), 'vault.key')
  writeFileSync(path, text)
  chmodSync(path, 0o600)
  expect(faultOf(() => readVaultKey(path)).code).toBe('vault.wrong-key')
})

test('a key in the environment that is none is refused, not passed over', () => {
  const path = join(tempFolder(), 'vault.key')
  makeVaultKey(path)
  expect(faultOf(() => readVaultKey(path, 'secret')).code).toBe('vault.wrong-key')
})

test('a key cannot be made in a folder that is not there', () => {
  expect(faultOf(() => makeVaultKey(join(tempFolder(), 'nowhere', 'vault.key'))).code).toBe('store.unwritable')
})
