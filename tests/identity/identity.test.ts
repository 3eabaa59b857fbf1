import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { companyIdentity, type IdentityId } from '../../src/values/id.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

test('the company has one identity, however often it is made sure of', async () => {
  const { store, identities, events } = company
  const before = await events()
  const id = await store.write((tx) => identities.ensureCompany(tx, 'Another name'))
  assert.equal(id, companyIdentity)
  assert.equal((await identities.get(id))?.name, 'Test & Daughters')
  assert.equal(await events(), before)
})

test('an identity is created under its own key, with its event', async () => {
  const { identities, journal, person } = company
  const id = await person('  Ana  ')
  const row = await identities.get(id)
  assert.deepEqual([row?.kind, row?.name, row?.forgotten_at], ['person', 'Ana', null])
  const [event] = await journal.page({ after: 0, limit: 10, subject: id })
  assert.deepEqual(event?.payload, { id, kind: 'person', name: 'Ana' })
})

test('a list is paged by id and can be of one kind', async () => {
  const { identities, person, audience } = company
  const people: IdentityId[] = []
  for (const name of ['A', 'B', 'C', 'D', 'E']) people.push(await person(name))
  await audience()
  people.sort()
  const first = await identities.list({ kind: 'person', limit: 3 })
  const second = await identities.list({ kind: 'person', limit: 3, after: first[2]!.id })
  assert.deepEqual(
    [...first, ...second].map((row) => row.id),
    people,
  )
  assert.equal((await identities.list({ limit: 100 })).length, 7)
  assert.equal((await identities.list({ limit: -1 })).length, 1)
})

test('a renamed identity keeps its history in the journal', async () => {
  const { identities, journal, store, person } = company
  const id = await person('Ana')
  await store.write((tx) => identities.rename(tx, id, 'Ana Maria', 'operator'))
  assert.equal((await identities.get(id))?.name, 'Ana Maria')
  const events = await journal.page({ after: 0, limit: 10, subject: id })
  assert.deepEqual(events.at(-1)?.payload, { id, name: 'Ana Maria', before: 'Ana' })
})

test('names that are empty, too long or turn the direction of text are refused and leave nothing behind', async () => {
  const { identities, store, events } = company
  const before = await events()
  for (const name of ['', '   ', 'x'.repeat(201), 'a\u0000b', 'a\nb', 'gnp.\u202eexe']) {
    const made = store.write((tx) => identities.create(tx, { kind: 'person', name, origin: 'external' }))
    assert.equal(await faultOf(made), 'input.invalid')
  }
  assert.equal(await events(), before)
})

test('a company may have kinds of its own, in the form of ours', async () => {
  const { identities, store } = company
  const make = (kind: string) => store.write((tx) => identities.create(tx, { kind, name: 'X', origin: 'operator' }))
  assert.equal((await identities.get(await make('sponsor')))?.kind, 'sponsor')
  for (const kind of ['', 'Two Words', 'x'.repeat(41), 'a;drop']) {
    assert.equal(await faultOf(make(kind)), 'input.invalid')
  }
})

test('renaming nobody is refused', async () => {
  const { identities, store } = company
  const nobody = 'idn_nobody' as IdentityId
  assert.equal(await faultOf(store.write((tx) => identities.rename(tx, nobody, 'X', 'operator'))), 'identity.unknown')
})
