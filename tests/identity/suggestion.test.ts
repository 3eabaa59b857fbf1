import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { Suggestion } from '../../src/identity/suggestion.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const suggested = async (limit = 50): Promise<Suggestion[]> => {
  const found: Suggestion[] = []
  for (let after: string | undefined; ; ) {
    const { items, next } = await company.identities.suggestions.find({ limit, ...(after ? { after } : {}) })
    found.push(...items)
    if (next === null) return found
    after = next
  }
}
const known = (to: IdentityId, handle: string) =>
  company.store.write((tx) => company.identities.handles.add(tx, to, handle, 'operator'))
const phone = (identity: IdentityId, value: string) =>
  company.store.write((tx) =>
    company.identities.facts.record(tx, { identity, key: 'phone', value, origin: 'external' }),
  )

test.each([
  ['ana.nova@gmail.com', 'AnaNova+shop@googlemail.com', 'are one mailbox'],
  ['ana@example.org', 'ana+news@example.org', 'are one mailbox'],
])('%s and %s are suggested as one, with why', async (one, other, why) => {
  const { person } = company
  const [ana, old] = [await person('Ana', one), await person('A. N.', other)]
  const [found, ...more] = await suggested()
  assert.deepEqual([found?.one, found?.other, found?.warning], [...[ana, old].sort(), false])
  assert.match(found!.evidence.join(' '), new RegExp(why))
  assert.deepEqual(more, [])
})

test('the same phone, however it is written, the same id elsewhere, and the same name at one domain are evidence', async () => {
  const { person } = company
  const ana = await person('Ana Nová', 'ana@example.org')
  // Ids made later sort later, to the millisecond.
  company.clock.pass(1000)
  const old = await person('Nová Ana', 'nova@example.org')
  await known(ana, 'phone:+420 777 123 456')
  await phone(old, '00420/777-123-456')
  await known(ana, 'stripe:contact_12345')
  await known(old, 'crm:contact_12345')
  const [found, ...more] = await suggested(1)
  assert.deepEqual(
    found?.evidence.toSorted(),
    [
      'Both have the phone +420777123456.',
      'ana@example.org and nova@example.org: the same name at the same domain.',
      'stripe:contact_12345 and crm:contact_12345 are one id.',
    ].sort(),
  )
  // Each of three keys would show the pair; it is shown once.
  assert.deepEqual(more, [])
})

test.each([
  ['ana@example.org', '\u0430na@example.org'],
  ['ana@example.org', 'ana@ex\u0430mple.org'],
  ['paypal@example.org', 'paypa1@example.org'],
])('%s and %s are two who look alike: a warning, whatever else they share', async (one, other) => {
  const { person, identities } = company
  const [ana, foe] = [await person('Ana Nová', one), await person('Ana Nová', other)]
  assert.notEqual(ana, foe)
  const [found] = await suggested()
  assert.equal(found?.warning, true)
  assert.match(found!.evidence[0]!, /look alike and are not the same/)
  assert.deepEqual(await identities.suggestions.of(foe), [found])
})

test('who is said to be two, who is merged, and what a crowd shares is not suggested', async () => {
  const { person, store, identities } = company
  const people: IdentityId[] = []
  for (let n = 0; n < 11; n += 1) people.push(await person(`P${n}`, `p${n}@example.org`))
  for (const one of people) await phone(one, '+420 222 333 444')
  assert.deepEqual(await suggested(), [])
  const [ana, bo, cy] = people as [IdentityId, IdentityId, IdentityId]
  for (const [one, number] of [
    [ana, '+420777000001'],
    [bo, '+420777000001'],
    [cy, '+420777000001'],
  ] as const)
    await store.write((tx) =>
      identities.facts.record(tx, { identity: one, key: 'mobile', value: number, origin: 'external' }),
    )
  assert.equal((await suggested()).length, 3)
  await store.write((tx) => identities.merges.merge(tx, { into: ana, from: bo, evidence: ['x'], origin: 'operator' }))
  assert.equal((await suggested()).length, 1)
  await store.write((tx) => identities.merges.distinguish(tx, { one: cy, other: bo, why: 'x', origin: 'operator' }))
  assert.deepEqual(await suggested(), [])
})

test('a name that changes, and one that is forgotten, are compared anew', async () => {
  const { person, store, identities, clock } = company
  const [ana, old] = [await person('Ana Nová', 'ana@example.org'), await person('A', 'old@example.org')]
  assert.deepEqual(await suggested(), [])
  await store.write((tx) => identities.rename(tx, old, 'Ana Nová', 'operator'))
  assert.equal((await suggested()).length, 1)
  const gone = { name: null, forgotten_at: clock.now() }
  await store.write((tx) => tx.db.updateTable('identities').set(gone).where('id', '=', ana).execute())
  assert.deepEqual(await suggested(), [])
  const left = await store.read.selectFrom('likenesses').select('hash').where('identity_id', '=', ana).execute()
  assert.deepEqual(left, [])
})

test('of 100 000 handles the pairs are found page by page', async () => {
  const { store, identities, person } = company
  const count = process.env['PROOF'] ? 100_000 : 4000
  const seq = await company.events()
  for (let at = 0; at < count; at += 1000) {
    await store.write(async (tx) => {
      const ids = Array.from({ length: 1000 }, (_, n) => `idn_x${String(at + n).padStart(8, '0')}` as IdentityId)
      const rows = ids.map((id) => ({
        id,
        kind: 'person',
        name: `Person ${id}`,
        made_at: company.clock.now(),
        forgotten_at: null,
      }))
      await tx.db.insertInto('identities').values(rows).execute()
      const handles = ids.map((id) => ({
        system: 'email',
        value: `${id.slice(4)}@gmail.com`,
        identity_id: id,
        source_seq: seq,
      }))
      await tx.db.insertInto('handles').values(handles).execute()
    })
  }
  const ana = await person('Ana', 'x.00000777@gmail.com')
  const found = await suggested()
  assert.deepEqual(
    found.map((one) => [one.one, one.other].sort()),
    [[ana, 'idn_x00000777'].sort()],
  )
  assert.equal((await identities.suggestions.of(ana)).length, 1)
}, 120_000)
