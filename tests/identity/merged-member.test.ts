import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { IdentityId, MergeId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
let readers: IdentityId
beforeEach(async () => {
  company = await openCompany()
  readers = await company.audience()
})
afterEach(() => company.close())

const happen = (event: 'join' | 'unsubscribe' | 'bounce', member: IdentityId): Promise<boolean> =>
  company.store.write((tx) =>
    company.identities.members[event](tx, { audience: readers, member, origin: 'external', why: 'a test' }),
  )
const merge = (into: IdentityId, from: IdentityId): Promise<MergeId> =>
  company.store.write((tx) => company.identities.merges.merge(tx, { into, from, evidence: ['x'], origin: 'operator' }))
const unmerge = (id: MergeId): Promise<void> =>
  company.store.write((tx) => company.identities.merges.unmerge(tx, { merge: id, why: 'x', origin: 'operator' }))
const emails = async (limit = 10): Promise<(string | null)[]> => {
  const found: (string | null)[] = []
  for (let after: IdentityId | undefined; ; ) {
    const page = await company.identities.members.active(readers, { limit, ...(after ? { after } : {}) })
    found.push(...page.map((member) => member.email))
    after = page.at(-1)?.id
    if (page.length < limit) return found.sort()
  }
}

async function twoOfOne(): Promise<[IdentityId, IdentityId]> {
  const both = [
    await company.person('Ana', 'ana@example.org'),
    await company.person('Ana N', 'old@example.org'),
  ] as const
  for (const one of both) await happen('join', one)
  return [...both]
}

test('one who is merged of two members is one member, who gets one letter at the address of the one that stays', async () => {
  const { members } = company.identities
  const [ana, old] = await twoOfOne()
  const id = await merge(ana, old)
  assert.deepEqual(await emails(), ['ana@example.org'])
  assert.equal((await members.count(readers)).active, 1)
  await unmerge(id)
  assert.deepEqual(await emails(), ['ana@example.org', 'old@example.org'])
  assert.equal((await members.count(readers)).active, 2)
})

test('where the one that stays is no member, the one that is gets the letter', async () => {
  const { person } = company
  const [ana, old] = [await person('Ana', 'ana@example.org'), await person('Ana N', 'old@example.org')]
  await happen('join', old)
  await merge(ana, old)
  assert.deepEqual(await emails(), ['old@example.org'])
  assert.equal((await company.identities.members.status(readers, ana))?.status, 'active')
})

test.each(['unsubscribe', 'bounce'] as const)('who left under one name (%s) has left', async (way) => {
  const { members } = company.identities
  const [ana, old] = await twoOfOne()
  await happen(way, old)
  await merge(ana, old)
  const status = way === 'bounce' ? 'bounced' : 'unsubscribed'
  assert.deepEqual(await emails(), [])
  assert.equal((await members.status(readers, ana))?.status, status)
  assert.deepEqual(await members.count(readers), { active: 0, unsubscribed: 0, bounced: 0, [status]: 1 })
})

test('who leaves leaves under every name, also once they are two again; who joins again does so under every name', async () => {
  const [ana, old] = await twoOfOne()
  const id = await merge(ana, old)
  assert.equal(await happen('unsubscribe', ana), true)
  assert.equal(await happen('unsubscribe', old), false)
  await unmerge(id)
  assert.deepEqual(await emails(), [])
  await merge(old, ana)
  assert.equal(await happen('join', ana), true)
  assert.deepEqual(await emails(), ['old@example.org'])
})

test('who had left, and joined again while two were taken for one, has left again once they are two', async () => {
  const [ana, sister] = await twoOfOne()
  await happen('unsubscribe', sister)
  const id = await merge(ana, sister)
  assert.equal(await happen('join', ana), true)
  assert.deepEqual(await emails(), ['ana@example.org'])
  await unmerge(id)
  assert.deepEqual(await emails(), ['ana@example.org'])
  assert.equal((await company.identities.members.status(readers, sister))?.status, 'unsubscribed')
  await happen('join', sister)
  const again = await merge(ana, sister)
  await unmerge(again)
  assert.deepEqual(await emails(), ['ana@example.org', 'old@example.org'])
})

test('an address that bounces is that of one record, and stops the letters to all of one', async () => {
  const [ana, old] = await twoOfOne()
  const id = await merge(ana, old)
  await happen('bounce', old)
  assert.deepEqual(await emails(), [])
  await unmerge(id)
  assert.deepEqual(await emails(), ['ana@example.org'])
})

test('a record that joined after an approval does not take the place of one that had joined before', async () => {
  const { clock, identities, person } = company
  const [late, early] = [await person('Ana', 'late@example.org'), await person('Ana N', 'early@example.org')]
  await happen('join', early)
  clock.pass(1000)
  await happen('join', late)
  await merge(late, early)
  const page = await identities.members.active(readers, { limit: 10, joinedBy: instant(start) })
  assert.deepEqual(
    page.map((member) => member.email),
    ['early@example.org'],
  )
})

test('pages of members are full although merged ones are left out', async () => {
  const people: IdentityId[] = []
  for (let n = 0; n < 12; n += 1) {
    company.clock.pass(10)
    people.push(await company.person(`P${n}`, `p${10 + n}@example.org`))
    await happen('join', people[n]!)
  }
  for (let n = 1; n < 8; n += 1) await merge(people[0]!, people[n]!)
  const expected = [0, 8, 9, 10, 11].map((n) => `p${10 + n}@example.org`)
  for (const limit of [1, 2, 3, 5, 12]) assert.deepEqual(await emails(limit), expected)
  assert.equal((await company.identities.members.count(readers)).active, 5)
})
