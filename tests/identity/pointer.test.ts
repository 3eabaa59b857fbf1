import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { Sighting } from '../../src/identity/pointer.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { faultOf, openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
let ana: IdentityId
beforeEach(async () => {
  company = await openCompany()
  ana = await company.person('Ana')
})
afterEach(() => company.close())

const see = (changes: Partial<Sighting> = {}) =>
  company.store.write((tx) =>
    company.identities.pointers.seen(tx, {
      ...{ identity: ana, adapter: 'documents', externalId: 'd1', url: 'https://docs.example/d1', title: 'Contract' },
      ...{ contentHash: 'h1', origin: 'external' },
      ...changes,
    }),
  )

test('an artifact seen again is the same pointer with a new sight of it', async () => {
  const { identities, clock, journal } = company
  const first = await see()
  clock.pass(1000)
  assert.equal(await see({ title: 'Contract, signed', contentHash: 'h2' }), first)
  const [row, ...rest] = await identities.pointers.list(ana, { limit: 10 })
  assert.deepEqual(rest, [])
  assert.deepEqual([row?.title, row?.content_hash, row?.seen_at], ['Contract, signed', 'h2', start + 1000])
  const events = await journal.page({ after: 0, limit: 10, subject: ana, kind: 'identity.pointer-seen' })
  assert.deepEqual(
    events.map((event) => event.kind === 'identity.pointer-seen' && event.payload?.contentHash),
    ['h1', 'h2'],
  )
})

test('pointers are listed in pages by adapter and external id', async () => {
  for (const [adapter, externalId] of [
    ['b', '1'],
    ['a', '2'],
    ['a', '1'],
    ['c', '0'],
  ] as const) {
    await see({ adapter, externalId })
  }
  const { pointers } = company.identities
  const first = await pointers.list(ana, { limit: 3 })
  const rest = await pointers.list(ana, { limit: 3, after: first[2]! })
  assert.deepEqual(
    [...first, ...rest].map((row) => row.adapter + row.external_id),
    ['a1', 'a2', 'b1', 'c0'],
  )
})

test('a link that would run code on the desk, or is none, is refused', async () => {
  for (const url of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'nonsense',
    `https://a.example/${'x'.repeat(3000)}`,
  ]) {
    assert.equal(await faultOf(see({ url })), 'input.invalid')
  }
  for (const externalId of ['', 'x'.repeat(1001)]) assert.equal(await faultOf(see({ externalId })), 'input.invalid')
  assert.equal(await faultOf(see({ adapter: '' })), 'input.invalid')
  assert.equal(await faultOf(see({ identity: 'idn_nobody' as IdentityId })), 'identity.unknown')
})

test('what is not known stays unknown, and a long title is cut', async () => {
  await see({ url: null, title: 'x'.repeat(1000), contentHash: null })
  const [row] = await company.identities.pointers.list(ana, { limit: 1 })
  assert.deepEqual([row?.url, row?.title?.length, row?.content_hash], [null, 300, null])
})
