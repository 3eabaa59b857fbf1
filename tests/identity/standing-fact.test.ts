import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import type { NewFact } from '../../src/identity/fact.ts'
import type { FactId, IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { instant } from '../../src/values/time.ts'
import { openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
let ana: IdentityId
beforeEach(async () => {
  company = await openCompany()
  ana = await company.person('Ana', 'ana@example.org')
})
afterEach(() => company.close())

const record = (key: string, value: Json, more: Partial<NewFact> = {}): Promise<FactId> =>
  company.store.write((tx) =>
    company.identities.facts.record(tx, { identity: ana, key, value, origin: 'external', ...more }),
  )
const values = async (of = ana): Promise<Json[]> =>
  (await company.identities.facts.current(of, { limit: 10 })).map((fact) => fact.value)
const other = async (): Promise<IdentityId> => {
  const old = await company.person('Ana N', 'old@example.org')
  await company.store.write((tx) =>
    company.identities.merges.merge(tx, { into: ana, from: old, evidence: ['x'], origin: 'operator' }),
  )
  return old
}

test('a price that holds from tomorrow leaves today to the one before', async () => {
  const { clock, identities } = company
  await record('price', 100)
  await record('price', 120, { validFrom: instant(start + 1000) })
  await record('price', 130, { validFrom: instant(start + 2000) })
  assert.deepEqual(await values(), [100])
  const [listed] = await identities.facts.dormant(ana, 10)
  assert.equal(listed?.value, 130)
  clock.pass(1000)
  assert.deepEqual(await values(), [120])
  clock.pass(1000)
  assert.deepEqual(await values(), [130])
})

test('what is over is no longer shown, and what it superseded does not come back', async () => {
  const { clock, identities } = company
  await record('role', 'editor')
  await record('role', 'publisher', { validUntil: instant(start + 1000) })
  assert.deepEqual(await values(), ['publisher'])
  clock.pass(1000)
  assert.deepEqual(await values(), [])
  assert.deepEqual(
    (await identities.facts.dormant(ana, 10)).map((fact) => fact.value),
    ['publisher'],
  )
})

test('a page of facts is full although some of them are over', async () => {
  for (let n = 0; n < 9; n += 1) {
    await record(`k${n}`, n, n % 3 === 0 ? {} : { validUntil: instant(start) })
  }
  const first = await company.identities.facts.current(ana, { limit: 2 })
  const rest = await company.identities.facts.current(ana, { limit: 2, after: first.at(-1)!.key })
  assert.deepEqual(
    [...first, ...rest].map((fact) => fact.key),
    ['k0', 'k3', 'k6'],
  )
})

test('of merged records the newest fact by source is shown, and the one that disagrees beside it', async () => {
  const { identities } = company
  const old = await other()
  await record('city', 'Brno')
  const theirs = await record('city', 'Praha', { identity: old })
  await record('language', 'cs')
  await record('language', 'cs', { identity: old })
  await record('size', 'M', { identity: old })
  for (const id of [ana, old]) assert.deepEqual(await values(id), ['Praha', 'cs', 'M'])
  const found = await identities.facts.contradictions(ana, { limit: 10 })
  assert.deepEqual(
    found.map((one) => [one.key, one.why, one.shown.id, one.other.value, one.other.identity]),
    [['city', 'sources', theirs, 'Brno', ana]],
  )
  assert.deepEqual(
    (await identities.facts.history(ana, 'city', { limit: 10 })).map((fact) => fact.value),
    ['Praha', 'Brno'],
  )
  const pages = [
    await identities.facts.current(old, { limit: 1 }),
    await identities.facts.current(old, { limit: 2, after: 'city' }),
  ]
  assert.deepEqual(
    pages.flat().map((fact) => fact.key),
    ['city', 'language', 'size'],
  )
})

test('a newer fact that is less certain is shown with the one that it superseded', async () => {
  const { identities } = company
  const sure = await record('city', 'Brno', { confidence: 0.9 })
  await record('city', 'Praha', { confidence: 0.5 })
  const guess = await record('city', 'Plzeň', { confidence: 0.6 })
  const found = await identities.facts.contradictions(ana, { limit: 10 })
  assert.deepEqual(
    found.map((one) => [one.why, one.shown.id, one.other.id]),
    [['confidence', guess, sure]],
  )
  await record('city', 'Plzeň', { confidence: 0.9 })
  assert.deepEqual(await identities.facts.contradictions(ana, { limit: 10 }), [])
})

test('an event says when its fact holds and what says so', async () => {
  const { identities, journal, store } = company
  const pointer = await store.write((tx) =>
    identities.pointers.seen(tx, {
      ...{ identity: ana, adapter: 'folder', externalId: 'contract.pdf' },
      ...{ url: null, title: null, contentHash: null, origin: 'system' as const },
    }),
  )
  const term = { validFrom: instant(start - 5), validUntil: instant(start + 5) }
  await record('price', 100, { ...term, pointer })
  const [fact] = await identities.facts.current(ana, { limit: 10 })
  assert.deepEqual([fact?.pointer, fact?.validFrom, fact?.validUntil], [pointer, term.validFrom, term.validUntil])
  const [event] = await journal.at([fact!.source])
  assert.deepEqual(event?.payload, {
    id: ana,
    fact: fact!.id,
    key: 'price',
    value: 100,
    confidence: 1,
    ...term,
    pointer,
  })
})
