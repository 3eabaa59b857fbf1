import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import type { Json } from '../../src/values/json.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf, openCompany, type TestCompany } from './company.ts'

let company: TestCompany
beforeEach(async () => {
  company = await openCompany()
})
afterEach(() => company.close())

test('a newer fact supersedes the current one and erases nothing', async () => {
  const { identities, store, clock, person, journal } = company
  const ana = await person('Ana')
  const record = (value: Json) =>
    store.write((tx) =>
      identities.facts.record(tx, { identity: ana, key: 'role', value, origin: 'external', confidence: 0.5 }),
    )
  const first = await record('editor')
  clock.pass(1000)
  const second = await record({ title: 'publisher' })
  const current = await identities.facts.current(ana, { limit: 10 })
  assert.deepEqual(
    current.map((fact) => [fact.id, fact.value, fact.origin, fact.confidence, fact.supersededBy]),
    [[second, { title: 'publisher' }, 'external', 0.5, null]],
  )
  const history = await identities.facts.history(ana, 'role', { limit: 10 })
  assert.deepEqual(
    history.map((fact) => [fact.id, fact.supersededBy]),
    [
      [second, null],
      [first, second],
    ],
  )
  const [event] = await journal.at([current[0]!.source])
  assert.deepEqual(event?.payload, {
    id: ana,
    fact: second,
    key: 'role',
    value: { title: 'publisher' },
    confidence: 0.5,
  })
})

test('of any sequence of facts, each key has one current and the whole history', async () => {
  const { identities, store, person } = company
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.jsonValue()), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(steps, async (facts) => {
      const id = await person('Someone')
      await Promise.all(
        facts.map(([key, value]) =>
          store.write((tx) =>
            identities.facts.record(tx, { identity: id, key, value: value as Json, origin: 'system' }),
          ),
        ),
      )
      const last = new Map(facts.map(([key, value]) => [key, JSON.parse(JSON.stringify(value))]))
      const current = await identities.facts.current(id, { limit: 100 })
      assert.deepEqual(
        new Map(current.map((fact) => [fact.key, fact.value])),
        new Map([...last].sort(([a], [b]) => (a < b ? -1 : 1))),
      )
      for (const key of last.keys()) {
        const history = await identities.facts.history(id, key, { limit: 100 })
        assert.equal(history.length, facts.filter(([of]) => of === key).length)
      }
    }),
    { numRuns: 25 },
  )
})

test('facts and their history come in pages', async () => {
  const { identities, store, person } = company
  const ana = await person('Ana')
  for (const key of ['c', 'a', 'b', 'a', 'a']) {
    await store.write((tx) => identities.facts.record(tx, { identity: ana, key, value: 1, origin: 'system' }))
  }
  const keys = async (after?: string) => {
    const page = await identities.facts.current(ana, { limit: 2, ...(after === undefined ? {} : { after }) })
    return page.map((fact) => fact.key)
  }
  assert.deepEqual([await keys(), await keys('b')], [['a', 'b'], ['c']])
  const newest = await identities.facts.history(ana, 'a', { limit: 2 })
  const rest = await identities.facts.history(ana, 'a', { limit: 2, before: newest[1]!.source })
  assert.deepEqual([newest.length, rest.length], [2, 1])
})

test('a fact without end, key or sense is refused', async () => {
  const { identities, store, person } = company
  const ana = await person('Ana')
  const fact = { identity: ana, key: 'role', value: 'x' as Json, origin: 'external' as const }
  const record = (change: object) => store.write((tx) => identities.facts.record(tx, { ...fact, ...change }))
  assert.equal(await faultOf(record({ value: 'x'.repeat(20_000) })), 'input.too-large')
  for (const key of ['', 'a b', 'x'.repeat(81), 'a\u0000'])
    assert.equal(await faultOf(record({ key })), 'input.invalid')
  for (const confidence of [-0.1, 1.1, Number.NaN]) assert.equal(await faultOf(record({ confidence })), 'input.invalid')
  assert.equal(await faultOf(record({ validFrom: instant(2), validUntil: instant(1) })), 'input.invalid')
  assert.equal(await faultOf(record({ identity: 'idn_nobody' })), 'identity.unknown')
})
