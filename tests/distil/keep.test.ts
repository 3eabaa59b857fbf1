import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'vitest'
import { instant } from '../../src/values/time.ts'
import { type Distilling, day, openDistilling } from './company.ts'

let company: Distilling
beforeEach(async () => {
  company = await openDistilling()
})
afterEach(() => company.close())

test('what was said becomes a fact with its sentence, its source, its time and its origin', async () => {
  const { person, say, learn, identities, journal } = company
  const ana = await person('Ana')
  const seq = await say(ana, 'Thank you. By the way, I am allergic to peanuts. See you soon!', { at: day(3) })
  await learn(ana)
  const [fact] = await identities.facts.history(ana, 'said.allergy.peanuts', { limit: 5 })
  assert.ok(fact)
  assert.deepEqual(fact.value, { is: 'peanuts', says: 'By the way, I am allergic to peanuts.' })
  assert.equal(fact.origin, 'external')
  assert.equal(fact.validFrom, day(3))
  assert.ok(fact.confidence < 1)
  const [event] = await journal.at([fact.source])
  assert.deepEqual((event!.payload as { sources?: unknown }).sources, [seq])
})

test('a stretch is recorded with what it read, what it learned and what it dropped, and the original stays', async () => {
  const { person, say, learn, journal } = company
  const ana = await person('Ana')
  const first = await say(ana, 'We prefer invoices by mail.')
  const last = await say(ana, 'Lovely weather here.')
  const [kept] = await learn(ana)
  const [event] = await journal.at([kept!.seq])
  assert.ok(event?.kind === 'memory.distilled' && event.payload)
  const { from, until, read, facts, dropped, by } = event.payload
  assert.deepEqual(
    { until, read, dropped, by },
    { until: last, read: 2, dropped: { 'interaction.recorded': 1 }, by: 'extract' },
  )
  assert.ok(from <= first)
  assert.deepEqual(facts, kept!.facts)
  const [original] = await journal.at([first])
  assert.equal((original!.payload as { text: string }).text, 'We prefer invoices by mail.')
})

test('distilling twice learns nothing twice', async () => {
  const { person, say, learn, events, facts } = company
  const ana = await person('Ana')
  for (let count = 0; count < 5; count += 1) await say(ana, 'I am vegetarian.')
  await learn(ana)
  const [before, known] = [await events(), await facts(ana)]
  assert.deepEqual(await learn(ana), [])
  assert.equal(await events(), before)
  assert.deepEqual(await facts(ana), known)
})

test('two who distil the same stretch at once write it down once', async () => {
  const { person, say, learn, store } = company
  const ana = await person('Ana')
  await say(ana, 'I am vegan.')
  const [one, other] = await Promise.all([learn(ana), learn(ana)])
  assert.equal(one.length + other.length, 1)
  const rows = await store.read.selectFrom('facts').select('key').where('key', '=', 'said.diet.vegan').execute()
  assert.equal(rows.length, 1)
})

test('what the operator recorded stands, and what was heard is beside it', async () => {
  const { person, say, learn, facts, identities, store } = company
  const ana = await person('Ana')
  const mine = { identity: ana, key: 'said.phone', value: '+420 111', origin: 'operator' } as const
  await store.write((tx) => identities.facts.record(tx, mine))
  await say(ana, 'My phone number is +420 602 123 456.')
  await learn(ana)
  const known = await facts(ana)
  assert.equal(known['said.phone'], '+420 111')
  assert.equal((known['said.phone.heard'] as { is: string }).is, '+420 602 123 456')
})

test('what our own records say stands against what others write later', async () => {
  const { person, say, learn, identities } = company
  const ana = await person('Ana')
  const phone = async () =>
    (await identities.facts.current(ana, { limit: 9 })).find(({ key }) => key === 'said.phone')?.value
  await say(ana, 'My phone number is 602 000 111.', { origin: 'operator', at: day(2) })
  await learn(ana)
  for (const at of [day(5), day(6)]) {
    await say(ana, 'My phone number is 602 000 222.', { at })
    await learn(ana)
  }
  assert.equal(((await phone()) as { is: string }).is, '602 000 111')
  const disputes = await identities.facts.contradictions(ana, { limit: 9 })
  assert.deepEqual(
    disputes.filter(({ why }) => why === 'origin').map(({ other }) => (other.value as { is: string }).is),
    ['602 000 222'],
  )
  // Said twice, written down once.
  assert.equal((await identities.facts.history(ana, 'said.phone', { limit: 9 })).length, 2)
})

test('what was said later stands, in whatever order history was taken in', async () => {
  const { person, say, learn, facts } = company
  const ana = await person('Ana')
  await say(ana, 'My phone number is 602 000 222.', { at: day(9) })
  await learn(ana)
  await say(ana, 'My phone number is 602 000 111.', { at: day(2) })
  const [kept] = await learn(ana)
  assert.equal(((await facts(ana))['said.phone'] as { is: string }).is, '602 000 222')
  assert.equal(kept!.dropped.statement, 1)
})

test('a fact is as bad as its worst source: a count of what we and they wrote is external', async () => {
  const { person, say, learn, identities } = company
  const [ana, bo] = [await person('Ana'), await person('Bo')]
  await say(ana, 'Good morning.', { by: 'us', origin: 'operator' })
  await learn(ana)
  const count = async (of: typeof ana) =>
    (await identities.facts.current(of, { limit: 9 })).find(({ key }) => key === 'count.messages')?.origin
  assert.equal(await count(ana), 'system')
  await say(ana, 'Good morning to you.')
  await learn(ana)
  assert.equal(await count(ana), 'external')
  await say(bo, 'I am vegan.', { origin: 'operator' })
  await learn(bo)
  assert.equal(
    (await identities.facts.current(bo, { limit: 9 })).some(({ origin }) => origin === 'operator'),
    false,
  )
})

test('whoever claims a thousand things fills no table', async () => {
  const { person, say, learn, facts } = company
  const ana = await person('Ana')
  for (let mail = 0; mail < 40; mail += 1) {
    const claims = Array.from({ length: 10 }, (_, index) => `I am allergic to thing${mail}x${index}.`)
    await say(ana, claims.join('\n\n'))
  }
  const kept = await learn(ana)
  const said = Object.keys(await facts(ana)).filter((key) => key.startsWith('said.'))
  assert.equal(said.length, 300)
  assert.equal(
    kept.reduce((sum, { dropped }) => sum + (dropped.statement ?? 0), 0),
    100,
  )
})

test('of a forgotten identity nothing is learned', async () => {
  const { person, say, learn, store, identities } = company
  const ana = await person('Ana')
  await say(ana, 'I am vegan.')
  await store.write((tx) =>
    tx.db
      .updateTable('identities')
      .set({ name: null, forgotten_at: instant(1) })
      .where('id', '=', ana)
      .execute(),
  )
  assert.deepEqual(await learn(ana), [])
  assert.deepEqual(await identities.facts.current(ana, { limit: 9 }), [])
})
