import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { IdentityId } from '../../src/values/id.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const learn = (identity: IdentityId, key: string): Promise<unknown> =>
  company.store.write((tx) => company.identities.facts.record(tx, { identity, key, value: 'x', origin: 'operator' }))
const change = (how: 'pin' | 'unpin', identity: IdentityId, key: string): Promise<boolean> =>
  company.store.write((tx) => company.identities.pins[how](tx, { identity, key, origin: 'operator' }))
const keys = async (...of: IdentityId[]): Promise<string[]> =>
  (await company.identities.pins.of(of)).map((pin) => pin.key)

test('a key is pinned once, and stays so through all its values until it is unpinned', async () => {
  const ana = await company.person('Ana')
  await learn(ana, 'allergy')
  assert.equal(await change('pin', ana, 'allergy'), true)
  const before = await company.events()
  assert.equal(await change('pin', ana, 'allergy'), false)
  assert.equal(await company.events(), before)
  await learn(ana, 'allergy')
  assert.deepEqual(await keys(ana), ['allergy'])
  assert.deepEqual([await change('unpin', ana, 'allergy'), await change('unpin', ana, 'allergy')], [true, false])
  assert.deepEqual(await keys(ana), [])
})

test('a key under which nothing is known cannot be pinned', async () => {
  const ana = await company.person('Ana')
  await learn(ana, 'allergy')
  assert.equal(await faultOf(change('pin', ana, 'alergy')), 'input.unknown')
  assert.equal(await faultOf(change('pin', 'idn_nobody' as IdentityId, 'allergy')), 'identity.unknown')
})

test('nobody has more than fifty pins', async () => {
  const ana = await company.person('Ana')
  for (let count = 0; count < 51; count += 1) await learn(ana, `k${count}`)
  for (let count = 0; count < 50; count += 1) assert.equal(await change('pin', ana, `k${count}`), true)
  assert.equal(await faultOf(change('pin', ana, 'k50')), 'input.too-large')
})
