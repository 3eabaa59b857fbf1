import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Question } from '../../src/memory/recall.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { type Instant, instant } from '../../src/values/time.ts'
import { faultOf, start } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana Nová', 'ana@example.org')
})
afterEach(() => company.close())

const day = 86_400_000
const recall = (query: string, more: Partial<Question> = {}) =>
  company.memory.recall({ query, identity: ana, budget: 200, ...more })
const textsOf = async (query: string, more: Partial<Question> = {}) =>
  (await recall(query, more)).lines.map(({ text }) => text).join('\n')
/** The line that scores highest. */
const best = async (query: string, more: Partial<Question> = {}) =>
  (await recall(query, more)).lines.toSorted((one, other) => other.score - one.score)[0]?.text ?? ''

/** Things that have nothing to do with any question here. */
async function chatter(count: number): Promise<void> {
  const things = [
    'The train was late again',
    'A parcel stands at the door',
    'Somebody painted the fence green',
    'It rains',
  ]
  for (let at = 0; at < count; at += 1) {
    await company.say(ana, `${things[at % things.length]}, number ${at}.`, { who: 'Ana', thread: `chat ${at >> 2}` })
  }
}

test('who asks with other words, or another form of them, finds what was said', async () => {
  await chatter(12)
  await company.say(ana, 'The fee for the workshop is 400 euros.', { who: 'Ana' })
  await company.say(ana, 'I bought a bicycle for my daughter.', { who: 'Ana' })
  expect(await best('What is the price of the workshop?')).toContain('400 euros')
  expect(await best('What did she buy for her child?')).toContain('bicycle')
  expect(await best('Which vehicles were bought?')).toContain('bicycle')
})

test('the reply to a question is found, though it shares no word with what is asked', async () => {
  await chatter(8)
  await company.say(ana, 'Good morning, I am back again.', { who: 'Ana', thread: 'plans' })
  await company.say(ana, 'Where shall we hold the workshop on gardens?', { who: 'Ben', thread: 'plans' })
  await company.say(ana, 'Under the old oak, I would say.', { who: 'Ana', thread: 'plans' })
  await chatter(8)
  const ranked = (await recall('Where is the workshop on gardens held?')).lines
    .toSorted((one, other) => other.score - one.score)
    .map(({ text }) => text)
  expect(ranked.slice(0, 2)).toEqual([expect.stringContaining('Where shall'), expect.stringContaining('old oak')])
})

test('of two who said the same kind of thing, the one who is named comes first', async () => {
  await company.say(ana, 'My favourite tree is the birch.', { who: 'Ben', thread: 'trees' })
  await company.say(ana, 'My favourite tree is the larch, by far.', { who: 'Ana', thread: 'trees 2' })
  await chatter(4)
  expect(await best("What is Ana's favourite tree?")).toContain('larch')
  expect(await best("What is Ben's favourite tree?")).toContain('birch')
})

test('a date in the question finds what was said on that day, in whatever words', async () => {
  const noon = Date.UTC(2026, 1, 14, 12)
  await chatter(20)
  for (const [at, about] of ['early', 'small', 'wet', 'good', 'late', 'hard'].entries()) {
    await company.say(ana, `The harvest will be ${about}.`, {
      who: 'Ana',
      thread: about,
      at: noon - (30 - 4 * at) * day,
    })
  }
  await company.say(ana, 'The harvest is sold.', { who: 'Ana', thread: 'sold', at: noon })
  for (const asked of ['on 14 February 2026', 'on February 14th', 'on 2026-02-14', 'two weeks ago']) {
    expect(await best(`What was said of the harvest ${asked}?`), asked).toContain('sold')
  }
})

test('a question for when prefers a line that says when', async () => {
  await company.say(ana, 'I joined the choir, it sings well.', { who: 'Ana', thread: 'a' })
  await company.say(ana, 'I joined the choir last Tuesday, it sings well.', { who: 'Ana', thread: 'b' })
  await company.say(ana, 'Now I joined the choir, and it sings.', { who: 'Ana', thread: 'c' })
  expect(await best('When did Ana join the choir?')).toContain('last Tuesday')
})

test('a question for what is recent prefers the newest', async () => {
  const said = (address: string, daysAgo: number) =>
    company.say(ana, `My address is ${address}.`, { who: 'Ana', thread: address, at: start - daysAgo * day })
  await said('Mill Lane 5', 2)
  await said('Harbour Road 9', 400)
  expect(await best('What is her current address?')).toContain('Mill Lane')
})

test('what was said again and again is given once, and leaves room for the rest', async () => {
  for (let at = 0; at < 20; at += 1)
    await company.say(ana, 'The invoice is still open.', { who: 'Ana', thread: `${at}` })
  await company.say(ana, 'The invoice went to the wrong office.', { who: 'Ana', thread: 'office' })
  const { lines } = await recall('What about the invoice?')
  expect(lines.map(({ text }) => text.split('\n').at(-1)).sort()).toEqual([
    'Ana: The invoice is still open.',
    'Ana: The invoice went to the wrong office.',
  ])
})

test('lines of one conversation stand together under their date; whose they are is said where it may be anybody', async () => {
  const ben = await company.person('Ben Oak')
  const at = Date.UTC(2025, 11, 30, 10)
  await company.say(ben, 'The oak table is ready.', { who: 'Ben', thread: 'table', at: at + 5 * day })
  await company.say(ana, 'Is the oak table ready?', { who: 'Ana', thread: 'oak', at })
  await company.say(ana, 'Then I fetch the oak table.', { who: 'Ana', thread: 'oak', at: at + 1000 })
  expect(await textsOf('Is the oak table ready?')).toBe(
    '30 December 2025\nAna: Is the oak table ready?\nAna: Then I fetch the oak table.',
  )
  const all = await company.memory.recall({ query: 'Is the oak table ready?', budget: 200 })
  expect(all.lines.map(({ text }) => text).join('\n')).toBe(
    '30 December 2025, Ana Nová\nAna: Is the oak table ready?\nAna: Then I fetch the oak table.\n4 January 2026, Ben Oak\nBen: The oak table is ready.',
  )
})

test('a line names its event, and why it is there', async () => {
  const seq = await company.say(ana, 'The deposit is 250 euros.', { who: 'Ana' })
  const [line] = (await recall('How much is the deposit?')).lines
  expect(line).toMatchObject({
    source: { tier: 'history', seq, kind: 'interaction.recorded', identity: ana },
    origin: 'external',
    why: expect.stringContaining('word deposit'),
  })
})

test('only what is about the identity is given, and what another record of it has', async () => {
  const other = await company.person('A. Nova')
  const ben = await company.person('Ben')
  await company.say(other, 'The deposit is 250 euros.', { who: 'Ana' })
  await company.say(ben, 'The deposit is 990 euros.', { who: 'Ben' })
  expect((await recall('How much is the deposit?')).lines).toEqual([])
  await company.store.write(async (tx) => {
    const payload = { merge: 'mrg_1', from: other, into: ana, evidence: [] } as never
    const seq = await company.journal.append(tx, {
      kind: 'identity.merged',
      subject: other,
      origin: 'operator',
      payload,
    })
    const row = { id: 'mrg_1' as never, from_id: other, into_id: ana, merged_seq: seq, undone_seq: null }
    await tx.db.insertInto('merges').values(row).execute()
  })
  for (const identity of [ana, other]) {
    const text = await textsOf('How much is the deposit?', { identity })
    expect(text).toContain('250')
    expect(text).not.toContain('990')
  }
})

test('nobody knows an identity that is not there, or was forgotten', async () => {
  expect(await faultOf(recall('the price', { identity: 'idn_nobody' as IdentityId }))).toBe('identity.unknown')
  await company.store.write((tx) =>
    tx.db
      .updateTable('identities')
      .set({ name: null, forgotten_at: company.clock.now() })
      .where('id', '=', ana)
      .execute(),
  )
  expect(await faultOf(recall('the price'))).toBe('vault.forgotten')
})

test('the same question has the same answer, also out of an index made anew', async () => {
  await chatter(40)
  for (let at = 0; at < 10; at += 1) await company.say(ana, `The roof, part ${at}, costs ${at} euros.`, { who: 'Ana' })
  const before = await recall('What does the roof cost?')
  expect(await recall('What does the roof cost?')).toEqual(before)
  const again = await company.reopen()
  const { lines } = await again.recall({ query: 'What does the roof cost?', identity: ana, budget: 200 })
  expect(lines.map(({ text, source }) => ({ text, source }))).toEqual(
    before.lines.map(({ text, source }) => ({ text, source })),
  )
})

test('what ends, or begins later than it was told, says so', async () => {
  const fact = { identity: ana, origin: 'operator' } as const
  await company.store.write(async (tx) => {
    const [ends, begins] = [start + 10 * day, start + 20 * day].map(instant) as [Instant, Instant]
    await company.identities.facts.record(tx, { ...fact, key: 'discount', value: '10%', validUntil: ends })
    await company.identities.facts.record(tx, { ...fact, key: 'price', value: '90 EUR', validFrom: begins })
    await company.identities.facts.record(tx, { ...fact, key: 'city', value: 'Brno', validFrom: instant(start - day) })
  })
  const told = await textsOf('discount, price and city')
  expect(told).toContain('discount: 10% (until 2026-03-11)')
  expect(told).toContain('price: 90 EUR (from 2026-03-21)')
  expect(told).toMatch(/city: Brno(\n|$)/)
})
