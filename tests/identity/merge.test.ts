import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import type { IdentityId, MergeId } from '../../src/values/id.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const merge = (into: IdentityId, from: IdentityId): Promise<MergeId> =>
  company.store.write((tx) =>
    company.identities.merges.merge(tx, { into, from, evidence: ['she said so'], origin: 'operator' }),
  )
const unmerge = (id: MergeId): Promise<void> =>
  company.store.write((tx) =>
    company.identities.merges.unmerge(tx, { merge: id, why: 'a mistake', origin: 'operator' }),
  )

/** All rows that are about people, as they are stored. */
async function records(): Promise<unknown> {
  const { read } = company.store
  return {
    identities: await read.selectFrom('identities').selectAll().orderBy('id').execute(),
    handles: await read.selectFrom('handles').selectAll().orderBy('value').execute(),
    facts: await read.selectFrom('facts').selectAll().orderBy('id').execute(),
  }
}

test('who was merged is found by every handle and id as the one that stays, and has all handles', async () => {
  const { identities, person } = company
  const [ana, old, older] = [
    await person('Ana', 'ana@example.org'),
    await person('Ana N', 'old@example.org'),
    await person('A. N.', 'older@example.org'),
  ]
  await merge(old, older)
  await merge(ana, older)
  for (const text of ['ana@example.org', 'older@example.org', old, older]) {
    assert.equal(await identities.handles.resolve(text), ana)
  }
  const all = await identities.handles.of(older)
  assert.deepEqual(
    all.map((handle) => handle.value),
    ['ana@example.org', 'old@example.org', 'older@example.org'],
  )
  assert.deepEqual(await identities.merges.group(older), [ana, ...[old, older].sort()])
  assert.equal((await identities.merges.of(old)).length, 2)
})

test('a handle of a group is taken for others and known to each of the group', async () => {
  const { identities, person, store } = company
  const [ana, old, bo] = [
    await person('Ana', 'ana@example.org'),
    await person('Ana N', 'old@example.org'),
    await person('Bo'),
  ]
  await merge(ana, old)
  const add = (to: IdentityId) => store.write((tx) => identities.handles.add(tx, to, 'old@example.org', 'operator'))
  assert.equal((await add(ana)).value, 'old@example.org')
  assert.equal(await faultOf(add(bo)), 'identity.taken')
})

test('one and the same, two kinds, audiences, the company and the forgotten are not merged', async () => {
  const { identities, person, audience, store, clock } = company
  const [ana, old, gone] = [await person('Ana'), await person('Ana N'), await person('Gone')]
  const [readers, others] = [await audience('Readers'), await audience('Others')]
  const first = await merge(ana, old)
  const forgotten = { name: null, forgotten_at: clock.now() }
  await store.write((tx) => tx.db.updateTable('identities').set(forgotten).where('id', '=', gone).execute())
  const company2 = (await identities.list({ limit: 1, kind: 'company' }))[0]!.id
  const refused = await Promise.all(
    [
      [old, ana],
      [ana, ana],
      [ana, readers],
      [readers, others],
      [company2, company2],
    ].map(([into, from]) => faultOf(merge(into!, from!))),
  )
  assert.deepEqual(new Set(refused), new Set(['identity.unmergeable']))
  assert.equal(await faultOf(merge(ana, gone)), 'vault.forgotten')
  assert.equal(await faultOf(merge(ana, 'idn_nobody' as IdentityId)), 'identity.unknown')
  await unmerge(first)
  assert.equal(await faultOf(unmerge(first)), 'identity.no-merge')
})

test('a group has at most 100 handles, and is not made to have more', async () => {
  const { identities, person, store } = company
  const [ana, old] = [await person('Ana', 'ana@example.org'), await person('Ana N')]
  await store.write(async (tx) => {
    for (let n = 0; n < 100; n += 1) await identities.handles.add(tx, old, `crm:contact-${n}`, 'system')
  })
  assert.equal(await faultOf(merge(ana, old)), 'input.too-large')
})

test('two that are said to be two stay so, whoever says it again', async () => {
  const { identities, person, store, events } = company
  const [ana, bo] = [await person('Ana'), await person('Bo')]
  const say = (one: IdentityId, other: IdentityId) =>
    store.write((tx) => identities.merges.distinguish(tx, { one, other, why: 'sisters', origin: 'operator' }))
  await say(ana, bo)
  const before = await events()
  await say(bo, ana)
  assert.equal(await events(), before)
  await merge(ana, bo)
  assert.equal(await faultOf(say(ana, bo)), 'input.invalid')
})

test('any merges and their undoing, in any order, give back the same records', async () => {
  const { identities, person } = company
  const people: IdentityId[] = []
  for (let n = 0; n < 8; n += 1) people.push(await person(`P${n}`, `p${n}@example.org`))
  const before = await records()
  const who = fc.integer({ min: 0, max: people.length - 1 })
  const step = fc.oneof(
    fc.record({ does: fc.constant('merge' as const), a: who, b: who }),
    fc.record({ does: fc.constant('undo' as const), a: who, b: who }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const standing: { id: MergeId; from: IdentityId; into: IdentityId }[] = []
      const root = (id: IdentityId): IdentityId => {
        const above = standing.find((one) => one.from === id)
        return above ? root(above.into) : id
      }
      for (const { does, a, b } of steps) {
        if (does === 'merge') {
          const [into, from] = [root(people[a]!), root(people[b]!)]
          if (into === from) assert.equal(await faultOf(merge(people[a]!, people[b]!)), 'identity.unmergeable')
          else standing.push({ id: await merge(people[a]!, people[b]!), from, into })
        } else {
          const [undone] = standing.splice(a % Math.max(1, standing.length), 1)
          if (undone) await unmerge(undone.id)
        }
        // No handle is of two: each is found as the one root of its owner, and listed with that one's group only.
        const owners = new Map<string, IdentityId>()
        for (const id of people) {
          assert.equal(await identities.handles.resolve(id), root(id))
          for (const { value } of await identities.handles.of(id)) {
            assert.equal(owners.get(value) ?? root(id), root(id))
            owners.set(value, root(id))
          }
        }
        assert.equal(owners.size, people.length)
      }
      for (const { id } of standing) await unmerge(id)
      for (const id of people) assert.deepEqual(await identities.merges.group(id), [id])
      assert.deepEqual(await records(), before)
    }),
    { numRuns: process.env['PROOF'] ? 500 : 15 },
  )
})
