import assert from 'node:assert/strict'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { afterEach, beforeEach, test } from 'vitest'
import type { Snapshot } from '../../src/memory/snapshot.ts'
import { factDraft } from '../../src/memory/snapshots/draft.ts'
import type { IdentityId } from '../../src/values/id.ts'
import type { Json } from '../../src/values/json.ts'
import { instant } from '../../src/values/time.ts'
import { faultOf, start } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
beforeEach(async () => {
  company = await openRemembering()
})
afterEach(() => company.close())

const day = 86_400_000
const compile = (identity: IdentityId, purpose = 'write to her', budget = 400): Promise<Snapshot> =>
  company.memory.snapshot({ identity, purpose, budget })
const texts = ({ lines }: Snapshot): string[] => lines.map((line) => line.text)
const learn = (identity: IdentityId, key: string, value: Json, more: object = {}): Promise<unknown> =>
  company.store.write((tx) =>
    company.identities.facts.record(tx, { identity, key, value, origin: 'operator', ...more }),
  )
const pin = (identity: IdentityId, key: string): Promise<unknown> =>
  company.store.write((tx) => company.identities.pins.pin(tx, { identity, key, origin: 'operator' }))
const promise = (identity: IdentityId, what: string, due?: number, by: 'us' | 'them' = 'us') => {
  const dueAt = due === undefined ? {} : { dueAt: instant(start + due * day) }
  const made = { identity, by, what, origin: 'operator', ...dueAt } as const
  return company.store.write((tx) => company.identities.commitments.make(tx, made))
}

test('pinned facts come first, then promises, what was said last, and what else is known', async () => {
  const ana = await company.person('Ana')
  await learn(ana, 'allergy', 'peanuts')
  await learn(ana, 'city', 'Brno')
  await pin(ana, 'allergy')
  await promise(ana, 'send the draft', 2)
  await company.say(ana, 'I liked the last issue.', { who: 'Ana' })
  assert.deepEqual(texts(await compile(ana)), [
    'allergy: peanuts (2026-03-01)',
    'We promised: send the draft (by 2026-03-03; 2026-03-01)',
    '2026-03-01 Ana: I liked the last issue.',
    'city: Brno (2026-03-01)',
  ])
})

test('each line names the event that says it, and whose it is', async () => {
  const ana = await company.person('Ana')
  await learn(ana, 'allergy', 'peanuts')
  await promise(ana, 'send the draft')
  await company.say(ana, 'Hello.')
  const { lines, upTo } = await compile(ana)
  assert.equal(upTo, await company.events())
  const sources = lines.map(({ source }) => (source.tier === 'history' ? source : assert.fail()))
  const events = await company.journal.at(sources.map((source) => source.seq))
  for (const source of sources) {
    const event = events.find(({ seq }) => seq === source.seq)
    assert.deepEqual([event?.kind, event?.subject], [source.kind, source.identity])
  }
  assert.deepEqual(sources.map((source) => source.kind).sort(), [
    'commitment.made',
    'identity.fact-recorded',
    'interaction.recorded',
  ])
  assert.deepEqual(
    lines.map((line) => line.origin),
    ['operator', 'external', 'operator'],
  )
})

test('only the newest value of a fact is told, and only while it holds', async () => {
  const ana = await company.person('Ana')
  await learn(ana, 'price', '4,000 EUR')
  await learn(ana, 'price', '4,800 EUR')
  await learn(ana, 'discount', '10%', { validUntil: instant(start + day) })
  await learn(ana, 'rate', '95 EUR', { validFrom: instant(start + 9 * day), confidence: 0.6 })
  await company.say(ana, 'What does it cost?')
  const told = async () => texts(await compile(ana, 'the price')).filter((text) => !text.startsWith('2026'))
  assert.deepEqual(await told(), [
    'price: 4,800 EUR (2026-03-01)',
    'discount: 10% (2026-03-01, until 2026-03-02)',
    'rate: 95 EUR (2026-03-01, from 2026-03-10, 60% sure)',
  ])
  company.clock.set(start + day)
  assert.deepEqual(
    (await told()).filter((text) => text.startsWith('discount')),
    [],
  )
})

test('what is to hold later stands beside what holds until then, pinned or not, under whatever record', async () => {
  const [ana, other] = [await company.person('Ana'), await company.person('Ana N.')]
  await learn(ana, 'price', '4,000 EUR')
  await learn(ana, 'price', '4,800 EUR', { validFrom: instant(start + 9 * day) })
  await learn(ana, 'city', 'Brno')
  await learn(other, 'city', 'Prague', { validFrom: instant(start + 9 * day) })
  const merged = { from: other, into: ana, origin: 'operator', evidence: ['the same phone'] } as const
  await company.store.write((tx) => company.identities.merges.merge(tx, merged))
  const told = async (of: string) => texts(await compile(ana)).filter((text) => text.startsWith(of))
  const [price, city] = [
    ['price: 4,000 EUR (2026-03-01)', 'price: 4,800 EUR (2026-03-01, from 2026-03-10)'],
    ['city: Brno (2026-03-01)', 'city: Prague (2026-03-01, from 2026-03-10)'],
  ]
  assert.deepEqual((await told('price')).sort(), price)
  assert.deepEqual((await told('city')).sort(), city)
  await pin(ana, 'price')
  assert.deepEqual((await told('price')).sort(), price)
  company.clock.set(start + 9 * day)
  assert.deepEqual([...(await told('price')), ...(await told('city'))], [price[1], city[1]])
})

test('a few long values do not push the short ones out of a small budget', async () => {
  const ana = await company.person('Ana')
  for (let count = 0; count < 12; count += 1) await learn(ana, `note-${count}`, `blue heron ${count} `.repeat(6))
  for (const key of ['allergy', 'city', 'role', 'diet', 'phone', 'size'])
    await learn(ana, key, 'short', { origin: 'system' })
  const told = texts(await compile(ana, 'write to her', 250)).filter((text) => text.includes('short'))
  assert.equal(told.length, 6)
  // Where a long one is what is asked for, it comes all the same.
  await learn(ana, 'contract', `the contract on roof repairs ${'with its clauses '.repeat(30)}`)
  assert.ok(texts(await compile(ana, 'the contract on the roof', 400)).some((text) => text.startsWith('contract')))
})

test('of a fact as long as a page no more is kept than a line shows and a little', async () => {
  const ana = await company.person('Ana')
  await learn(ana, 'terms', 'one two '.repeat(2000))
  const [fact] = await company.identities.facts.current(ana, { limit: 1 })
  assert.ok(fact)
  const { words, text } = factDraft(fact, 'known', 'UTC')
  assert.ok(words.length < 1700 && text().length < 900)
  assert.match(text(), /^terms: one two .*… \(2026-03-01\)$/)
})

test('what is overdue comes first and says so, from the moment on at which it is', async () => {
  const ana = await company.person('Ana')
  await promise(ana, 'call back')
  await promise(ana, 'pay the invoice', 5, 'them')
  const kept = await promise(ana, 'send the draft', 1)
  company.clock.set(start + 5 * day)
  assert.deepEqual(texts(await compile(ana)), [
    'We promised: send the draft (by 2026-03-02, overdue; 2026-03-01)',
    'They promised: pay the invoice (by 2026-03-06; 2026-03-01)',
    'We promised: call back (2026-03-01)',
  ])
  company.clock.pass(1)
  assert.match(texts(await compile(ana))[1] ?? '', /by 2026-03-06, overdue/)
  await company.store.write((tx) => company.identities.commitments.keep(tx, kept, { why: 'sent', origin: 'operator' }))
  assert.equal(texts(await compile(ana)).length, 2)
})

test('a snapshot never has more tokens than its budget, also where its lines stand under each other', async () => {
  const ana = await company.person('Ana')
  for (let count = 0; count < 30; count += 1) {
    await learn(ana, `fact-${count}`, `value ${'x'.repeat(count)}`)
    await promise(ana, `do the thing ${count}`, count)
    await company.say(ana, `Message ${count} …\n\n\u2028/ with "odd" ends )\r\n`)
  }
  let before = 0
  for (let budget = 0; budget <= 800; budget += 7) {
    const snapshot = await compile(ana, 'the thing', budget)
    const joined = countTokens(texts(snapshot).join('\n'))
    assert.ok(snapshot.tokens <= budget && joined <= snapshot.tokens, `${joined}, ${snapshot.tokens} of ${budget}`)
    assert.equal(
      snapshot.lines.reduce((sum, line) => sum + line.tokens, 0),
      snapshot.tokens,
    )
    before = Math.max(before, snapshot.tokens)
    assert.ok(snapshot.tokens >= before - 60, 'a larger budget is used')
  }
})

test('what is pinned and does not fit is counted in the last line', async () => {
  const ana = await company.person('Ana')
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    await learn(ana, key, 'one two three', { confidence: key === 'd' ? 1 : 0.9 })
    await pin(ana, key)
  }
  const snapshot = await compile(ana, '', 45)
  assert.deepEqual(texts(snapshot), [
    'd: one two three (2026-03-01)',
    'e: one two three (2026-03-01, 90% sure)',
    '… and 3 more pinned',
  ])
  assert.deepEqual(texts(await compile(ana, '', 30)), ['d: one two three (2026-03-01)', '… and 4 more pinned'])
  assert.deepEqual(texts(await compile(ana, '', 10)), [])
  assert.equal(texts(await compile(ana, '', 200)).length, 5)
})

test('the same request gives the same lines, whether they were kept or not', async () => {
  const ana = await company.person('Ana')
  for (let count = 0; count < 80; count += 1) await company.say(ana, `About invoice ${count % 7} and ${count % 3}`)
  const first = await compile(ana, 'send an invoice')
  assert.equal(await compile(ana, 'send an invoice'), first)
  company.clock.pass(3_600_000)
  const memory = await company.reopen()
  assert.deepEqual(await memory.snapshot({ identity: ana, purpose: 'send an invoice', budget: 400 }), first)
  await company.say(await company.person('Bo'), 'About another invoice')
  assert.deepEqual(
    (await memory.snapshot({ identity: ana, purpose: 'send an invoice', budget: 400 })).lines,
    first.lines,
  )
})

test('what speaks of the purpose is found, however old it is', async () => {
  const ana = await company.person('Ana')
  await company.say(ana, 'My daughter starts school in September.')
  for (let count = 0; count < 300; count += 1) await company.say(ana, `Thanks, that is fine. ${count}`)
  const about = await compile(ana, 'what about her daughters', 200)
  assert.ok(texts(about).some((text) => text.includes('daughter')))
  assert.match(about.lines.find((line) => line.text.includes('daughter'))?.why ?? '', /words: daughters/)
})

test('a fact among very many is found by its words', async () => {
  const ana = await company.person('Ana')
  await company.store.write(async (tx) => {
    const fact = { identity: ana, origin: 'system' } as const
    await company.identities.facts.record(tx, { ...fact, key: 'shoe', value: 'size forty' })
    for (let count = 0; count < 600; count += 1)
      await company.identities.facts.record(tx, { ...fact, key: `k${count}`, value: count })
  })
  assert.ok(texts(await compile(ana, 'which shoe')).includes('shoe: size forty (2026-03-01)'))
})

test('whoever is unknown is refused, and so is a budget that is none', async () => {
  const ana = await company.person('Ana')
  assert.equal(await faultOf(compile('idn_nobody' as IdentityId)), 'identity.unknown')
  for (const budget of [-1, 0.5, Number.NaN, 1e9])
    assert.equal(await faultOf(compile(ana, '', budget)), 'input.invalid')
  assert.equal(await faultOf(compile(ana, 'x'.repeat(2001))), 'input.invalid')
  assert.deepEqual(texts(await compile(ana, '', 0)), [])
})
