import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { IdentityId, RelationId } from '../../src/values/id.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

const relate = (from: IdentityId, kind: string, to: IdentityId): Promise<RelationId> =>
  company.store.write((tx) => company.identities.relations.relate(tx, { from, kind, to, origin: 'operator' }))
const end = (relation: RelationId): Promise<void> =>
  company.store.write((tx) => company.identities.relations.end(tx, { relation, why: 'she left', origin: 'operator' }))

test('what one is to another is listed both ways until it is over', async () => {
  const { identities, person } = company
  const [ana, press] = [await person('Ana'), await person('The Press')]
  const id = await relate(ana, 'works-at', press)
  assert.equal(await relate(ana, 'works-at', press), id)
  const ends = async (of: IdentityId) => {
    const { from, to } = await identities.relations.of(of, 10)
    return [from.map((row) => row.id), to.map((row) => row.id)]
  }
  assert.deepEqual(await ends(ana), [[id], []])
  assert.deepEqual(await ends(press), [[], [id]])
  await end(id)
  assert.deepEqual(await ends(ana), [[], []])
  assert.equal(await faultOf(end(id)), 'identity.no-relation')
  assert.notEqual(await relate(ana, 'works-at', press), id)
})

test('the relations of merged records are those of one, and none of them is to itself', async () => {
  const { identities, person, store } = company
  const [ana, old, press] = [await person('Ana'), await person('Ana N'), await person('The Press')]
  const id = await relate(old, 'client-of', press)
  await store.write((tx) => identities.merges.merge(tx, { into: ana, from: old, evidence: ['x'], origin: 'operator' }))
  assert.equal(await relate(ana, 'client-of', press), id)
  assert.equal((await identities.relations.of(ana, 10)).from.length, 1)
  assert.equal(await faultOf(relate(ana, 'client-of', old)), 'input.invalid')
})

test('a kind of relation may be of the company and has the form of one', async () => {
  const { person } = company
  const [ana, bo] = [await person('Ana'), await person('Bo')]
  assert.ok(await relate(ana, 'sings-with', bo))
  assert.equal(await faultOf(relate(ana, 'Sings with', bo)), 'input.invalid')
  assert.equal(await faultOf(relate(ana, 'sings-with', 'idn_nobody' as IdentityId)), 'identity.unknown')
})
