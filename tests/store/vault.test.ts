import { expect, test } from 'vitest'
import { seal, unseal } from '../../src/store/seal.ts'
import type { Store } from '../../src/store/store.ts'
import { openVault, type Vault } from '../../src/store/vault.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { startChild } from './child.ts'
import { faultFrom, tempStore } from './open-store.ts'

const companyKey = Buffer.alloc(32, 9)
const clock = fakeClock(instant(1000))
const ana = 'idn_ana' as IdentityId
const open = (store: Store): Promise<Vault> => openVault(store, companyKey, clock)
const failing = (store: Store, work: Parameters<Store['write']>[0]): Promise<unknown> =>
  expect(
    store.write(async (tx) => {
      await work(tx)
      throw new Error('of the work')
    }),
  ).rejects.toThrow('of the work')

test('keys and secrets are the same when the vault is opened again', async () => {
  const { store } = tempStore()
  const vault = await open(store)
  const key = await store.write((tx) => vault.subjectKey(tx, ana))
  await store.write((tx) => vault.setSecret(tx, 'smtp', 'hunter2'))
  const again = await open(store)
  expect(again.chainKey.equals(vault.chainKey)).toBe(true)
  expect((await again.readingKey(ana))?.equals(key)).toBe(true)
  expect([again.secret('smtp'), again.secretNames(), again.secret('none')]).toEqual(['hunter2', ['smtp'], undefined])
})

test('another key does not open the vault', async () => {
  const { store } = tempStore()
  await open(store)
  expect((await faultFrom(openVault(store, Buffer.alloc(32, 8), clock))).code).toBe('vault.wrong-key')
})

test('a key that was made in a transaction that failed is never used again', async () => {
  const { store } = tempStore()
  const vault = await open(store)
  await failing(store, async (tx) => {
    const key = await vault.subjectKey(tx, ana)
    expect((await vault.subjectKey(tx, ana)).equals(key)).toBe(true)
  })
  expect(await vault.readingKey(ana)).toBeUndefined()
  const key = await store.write((tx) => vault.subjectKey(tx, ana))
  expect((await (await open(store)).readingKey(ana))?.equals(key)).toBe(true)
})

test('a destroyed key is gone for readers and writers, in the same batch and after', async () => {
  const { store } = tempStore()
  const vault = await open(store)
  await store.write((tx) => vault.subjectKey(tx, ana))
  await vault.readingKey(ana)
  const [, , later] = await Promise.allSettled([
    store.write((tx) => vault.destroyKey(tx, ana)),
    store.write(() => vault.readingKey(ana)),
    store.write((tx) => vault.subjectKey(tx, ana)),
  ])
  expect(later).toMatchObject({ status: 'rejected', reason: { fault: { code: 'vault.forgotten' } } })
  expect(await vault.readingKey(ana)).toBeUndefined()
  expect((await faultFrom(store.write((tx) => vault.subjectKey(tx, ana)))).code).toBe('vault.forgotten')
})

test('a destruction that was rolled back destroyed nothing', async () => {
  const { store } = tempStore()
  const vault = await open(store)
  const key = await store.write((tx) => vault.subjectKey(tx, ana))
  await failing(store, (tx) => vault.destroyKey(tx, ana))
  expect((await vault.readingKey(ana))?.equals(key)).toBe(true)
  expect((await store.write((tx) => vault.subjectKey(tx, ana))).equals(key)).toBe(true)
})

test('whoever is forgotten before anything was said gets no key later', async () => {
  const { store } = tempStore()
  const vault = await open(store)
  await store.write((tx) => vault.destroyKey(tx, ana))
  await store.write((tx) => vault.destroyKey(tx, ana))
  expect((await faultFrom(store.write((tx) => vault.subjectKey(tx, ana)))).code).toBe('vault.forgotten')
})

test('a secret is in force only once it is committed; what was removed stays masked', async () => {
  const { store } = tempStore()
  const vault = await open(store)
  await failing(store, (tx) => vault.setSecret(tx, 'smtp', 'hunter2'))
  expect(vault.secret('smtp')).toBeUndefined()
  await store.write((tx) => vault.setSecret(tx, 'smtp', 'hunter2'))
  await failing(store, (tx) => vault.removeSecret(tx, 'smtp'))
  expect(vault.secret('smtp')).toBe('hunter2')
  expect(await store.write((tx) => vault.removeSecret(tx, 'smtp'))).toBe(true)
  expect(await store.write((tx) => vault.removeSecret(tx, 'smtp'))).toBe(false)
  expect([vault.secret('smtp'), vault.mask('it was hunter2')]).toEqual([undefined, 'it was [secret smtp]'])
})

test('a journal whose chain key was removed is not given a new one', async () => {
  const { store } = tempStore()
  await open(store)
  const row = { seq: 1, at: instant(0), kind: 'k', version: 1, subject: ana, run_id: null, task_id: null }
  const rest = { origin: 'system' as const, payload: Buffer.of(1), mac: Buffer.alloc(32) }
  await store.write(async (tx) => {
    await tx.db
      .insertInto('events')
      .values({ ...row, ...rest })
      .execute()
    await tx.db.deleteFrom('keys').execute()
  })
  expect((await faultFrom(open(store))).code).toBe('store.corrupt')
  expect(await store.read.selectFrom('keys').select('name').execute()).toEqual([])
})

test('processes that make the same keys at once come to the same keys', async () => {
  const { store, path } = tempStore()
  const script = `
    import { openSqlite } from 'SRC/store/sqlite.ts'
    import { openVault } from 'SRC/store/vault.ts'
    import { systemClock } from 'SRC/store/clock.ts'
    const store = openSqlite(${JSON.stringify(path)})
    process.stdout.write('ready\\n')
    process.stdin.once('data', async () => {
      const vault = await openVault(store, Buffer.alloc(32, 9), systemClock())
      const key = await store.write((tx) => vault.subjectKey(tx, 'idn_ana'))
      process.stdout.write(vault.chainKey.export().toString('hex') + key.export().toString('hex') + '\\n')
      process.exit(0)
    })`
  const children = [startChild(script), startChild(script), startChild(script)]
  for (const child of children) expect(await child.line()).toBe('ready')
  for (const child of children) child.say('go')
  const keys = await Promise.all(children.map((child) => child.line()))
  const vault = await open(store)
  const ours = [vault.chainKey, await vault.readingKey(ana)].map((key) => key?.export().toString('hex')).join('')
  expect(new Set([...keys, ours]).size).toBe(1)
})

test('what is sealed opens with its key only, and not when a bit was changed', async () => {
  const { store } = tempStore()
  const { chainKey } = await open(store)
  const sealed = seal(chainKey, Buffer.from('hello'))
  expect(unseal(chainKey, sealed)?.toString()).toBe('hello')
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] as number) ^ 1
    expect(unseal(chainKey, changed)).toBeUndefined()
  }
  expect(unseal(chainKey, sealed.subarray(0, 27))).toBeUndefined()
  const nonces = Array.from({ length: 2000 }, () => seal(chainKey, Buffer.of(1)).toString('hex', 0, 12))
  expect(new Set(nonces).size).toBe(2000)
})
