import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterEach, beforeEach, test } from 'vitest'
import type { Fact, NewFact } from '../../src/identity/fact.ts'
import type { FactId, IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { type Origin, origins } from '../../src/values/origin.ts'
import { type Instant, instant } from '../../src/values/time.ts'
import { openCompany, start, type TestCompany } from './company.ts'

let company: TestCompany
let ana: IdentityId
beforeEach(async () => {
  company = await openCompany()
  ana = await company.person('Ana', 'ana@example.org')
})
afterEach(() => company.close())

const say = (value: Json, origin: Origin, more: Partial<NewFact> = {}): Promise<FactId> =>
  company.store.write((tx) =>
    company.identities.facts.record(tx, { identity: ana, key: 'city', value, origin, ...more }),
  )
const standing = async (of = ana): Promise<Json | undefined> =>
  (await company.identities.facts.current(of, { limit: 10 })).find((fact) => fact.key === 'city')?.value
const disputes = async (of = ana): Promise<Json[][]> => {
  const { facts, merges } = company.identities
  const all = await facts.contradictions(of, { limit: 10 })
  // The list of the whole company says the same of it.
  const group = await merges.group(of)
  const listed = (await facts.disputes({ limit: 200 })).items.filter(({ other }) => group.includes(other.identity))
  const pairs = (some: typeof all) => some.map(({ shown, other }) => `${shown.id} ${other.id}`).sort()
  assert.deepEqual(pairs(listed), pairs(all.filter(({ why }) => why === 'origin')))
  return all.map((one) => [one.why, one.shown.value, one.other.value])
}

test('what comes from outside does not displace what the operator said: it is kept beside it, in dispute', async () => {
  await say('Brno', 'external')
  const mine = await say('Praha', 'operator')
  const theirs = await say('Plzeň', 'external')
  assert.equal(await standing(), 'Praha')
  assert.deepEqual(await disputes(), [['origin', 'Praha', 'Plzeň']])
  const history = await company.identities.facts.history(ana, 'city', { limit: 10 })
  assert.deepEqual(
    history.map((fact) => [fact.value, fact.supersededBy]),
    [
      ['Plzeň', mine],
      ['Praha', null],
      ['Brno', mine],
    ],
  )
  assert.equal(history[0]?.id, theirs)
})

test('the operator takes what is in dispute, or keeps what stands, by saying so', async () => {
  await say('Praha', 'operator')
  await say('Plzeň', 'external')
  await say('Plzeň', 'operator')
  assert.equal(await standing(), 'Plzeň')
  assert.deepEqual(await disputes(), [])
  await say('Cheb', 'external')
  assert.deepEqual(await disputes(), [['origin', 'Plzeň', 'Cheb']])
  await say('Plzeň', 'operator')
  assert.deepEqual([await standing(), await disputes()], ['Plzeň', []])
})

test('of each origin only the last word is in dispute, and one that agrees ends it', async () => {
  await say('Praha', 'operator')
  for (const value of ['Cheb', 'Most']) await say(value, 'external')
  await say('Brno', 'system')
  await say('Zlín', 'external')
  assert.deepEqual(await disputes(), [
    ['origin', 'Praha', 'Brno'],
    ['origin', 'Praha', 'Zlín'],
  ])
  await say('Praha', 'external')
  assert.deepEqual(await disputes(), [['origin', 'Praha', 'Brno']])
})

test('a word of the operator that is over outranks nothing that was said since', async () => {
  const { clock } = company
  await say('Brno', 'external')
  await say('Praha', 'operator', { validUntil: instant(start + 1000) })
  assert.equal(await standing(), 'Praha')
  clock.pass(1000)
  assert.equal(await standing(), undefined)
  await say('Plzeň', 'external')
  assert.deepEqual([await standing(), await disputes()], ['Plzeň', []])
})

test('what the operator says of tomorrow leaves today to the best word that there is', async () => {
  const { clock } = company
  await say('Brno', 'operator')
  await say('Praha', 'operator', { validFrom: instant(start + 1000) })
  await say('Plzeň', 'external')
  assert.deepEqual([await standing(), await disputes()], ['Brno', [['origin', 'Brno', 'Plzeň']]])
  clock.pass(1000)
  assert.deepEqual([await standing(), await disputes()], ['Praha', [['origin', 'Praha', 'Plzeň']]])
})

test('a count of our own that is made again takes the place of the one before, never of the operator’s word', async () => {
  await say(5, 'system')
  await say(9, 'external', { recount: true })
  assert.equal(await standing(), 9)
  await say(7, 'operator')
  await say(10, 'external', { recount: true })
  assert.equal(await standing(), 7)
})

test('of merged records the operator’s word stands, and undoing the merge gives each its own', async () => {
  const { identities, store } = company
  const old = await company.person('Ana N', 'old@example.org')
  await say('Praha', 'operator', { identity: old })
  await say('Plzeň', 'external')
  const by = { evidence: ['x'], origin: 'operator' } as const
  const merge = await store.write((tx) => identities.merges.merge(tx, { into: ana, from: old, ...by }))
  for (const of of [ana, old]) {
    assert.deepEqual([await standing(of), await disputes(of)], ['Praha', [['sources', 'Praha', 'Plzeň']]])
  }
  await store.write((tx) => identities.merges.unmerge(tx, { merge, why: 'two', origin: 'operator' }))
  assert.deepEqual([await standing(ana), await standing(old)], ['Plzeň', 'Praha'])
})

interface Word {
  readonly origin: Origin
  readonly from: Instant | undefined
  readonly until: Instant | undefined
}

/** The rule as a person would say it, from all that was ever said, the oldest first. */
function best(words: readonly Word[], now: number): number {
  let heard = words.map((word, at) => ({ ...word, at })).filter(({ from }) => from === undefined || from <= now)
  for (;;) {
    const rank = Math.min(...heard.map(({ origin }) => origins.indexOf(origin)))
    const top = heard.findLast(({ origin }) => origins.indexOf(origin) === rank)
    if (top === undefined || top.until === undefined || top.until > now) return top?.at ?? -1
    heard = heard.filter(({ at }) => at > top.at)
  }
}

test('in whatever order words of all origins come, the newest of the best origin stands, at every instant', async () => {
  const at = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined })
  const word = fc.tuple(fc.constantFrom(...origins), at, at).map(([origin, one, other]): Word => {
    const [from, until] = [one, other].map((ms) => (ms === undefined ? undefined : instant(start + 10 * ms)))
    return from !== undefined && until !== undefined && from > until
      ? { origin, from: until, until: from }
      : { origin, from, until }
  })
  const later = Array.from({ length: 8 }, (_, index) => start + 10 * index + 5)
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 9 }), async (words) => {
      company.clock.set(start)
      const id = await company.person('Someone')
      for (const [value, { origin, from, until }] of words.entries()) {
        const term = {
          ...(from === undefined ? {} : { validFrom: from }),
          ...(until === undefined ? {} : { validUntil: until }),
        }
        await say(value, origin, { identity: id, ...term })
      }
      const all = await company.identities.facts.history(id, 'city', { limit: 20 })
      assert.equal(all.length, words.length)
      for (const now of later) {
        company.clock.set(now)
        const shown = await standing(id)
        assert.equal(shown ?? -1, best(words, now), `at ${now - start}`)
        const against = await company.identities.facts.contradictions(id, { limit: 10 })
        assert.ok(against.length <= 2 && against.every((one) => isWorse(one)))
        const { items } = await company.identities.facts.disputes({ limit: 10 })
        const listed = items.filter(({ other }) => other.identity === id)
        assert.deepEqual(new Set(listed.map(({ other }) => other.id)), new Set(against.map(({ other }) => other.id)))
      }
    }),
    { numRuns: 150 },
  )
})

function isWorse({ shown, other }: { readonly shown: Fact; readonly other: Fact }): boolean {
  return other.source > shown.source && origins.indexOf(other.origin) > origins.indexOf(shown.origin)
}
