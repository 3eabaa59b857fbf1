import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IdentityId } from '../../src/values/id.ts'
import { instant } from '../../src/values/time.ts'
import { start } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let ana: IdentityId
let ben: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana', 'ana@example.org')
  ben = await company.person('Ben', 'ben@example.org')
})
afterEach(() => company.close())

const textsBy = async (words: string[], within = {}, limit = 10): Promise<string[]> => {
  const { passages } = company.memory
  await passages.catchUp()
  const found = await passages.match(words, within, limit)
  return (await passages.read(found.map(({ id }) => id))).map(({ text }) => text)
}

test('what was said is found by its words, whatever their form', async () => {
  await company.say(ana, 'The lamps were repaired on Tuesday.', { who: 'Ana' })
  await company.say(ben, 'I ordered a zip.')
  expect(await textsBy(['repairing', 'lamp'])).toEqual(['Ana: The lamps were repaired on Tuesday.'])
})

test('a rare word weighs more than a common one, and both more than one', async () => {
  for (let count = 0; count < 20; count += 1) await company.say(ana, `The price of chair ${count} is fine.`)
  await company.say(ana, 'The price of the sundial is high.')
  await company.say(ana, 'A sundial is what I want to have now.')
  const found = await textsBy(['price', 'sundial'], {}, 2)
  expect(found).toEqual(['They: The price of the sundial is high.', 'They: A sundial is what I want to have now.'])
})

test('only whom it is asked of counts', async () => {
  await company.say(ana, 'A red lamp.')
  await company.say(ben, 'A blue lamp.')
  expect(await textsBy(['lamp'], { identities: [ben] })).toEqual(['They: A blue lamp.'])
  expect(await textsBy(['lamp'], { identities: ['idn_nobody' as IdentityId] })).toEqual([])
})

test('only what happened then counts, and only of the kinds that are asked for', async () => {
  await company.say(ana, 'A lamp in May.', { at: Date.UTC(2025, 4, 2) })
  await company.say(ana, 'A lamp in June.', { at: Date.UTC(2025, 5, 2) })
  const may = { from: instant(Date.UTC(2025, 4, 1)), until: instant(Date.UTC(2025, 4, 31)) }
  expect(await textsBy(['lamp'], may)).toEqual(['They: A lamp in May.'])
  expect(await textsBy(['lamp'], { kinds: ['identity.fact-recorded'] })).toEqual([])
})

test('the newest come by when they happened, not by when they were recorded', async () => {
  await company.say(ana, 'Second.', { at: start + 2000 })
  await company.say(ana, 'First.', { at: start + 1000 })
  await company.memory.passages.catchUp()
  const newest = await company.memory.passages.newest({ identities: [ana] }, 5)
  expect(newest.map(({ text }) => text)).toEqual(['They: Second.', 'They: First.'])
})

test('neighbours are of the same conversation, in its order', async () => {
  for (const text of ['One.', 'Two.', 'Three.', 'Four.']) await company.say(ana, text, { thread: 'a' })
  await company.say(ana, 'Elsewhere.', { thread: 'b' })
  const { passages } = company.memory
  await passages.catchUp()
  const [two] = await passages.match(['two'], {}, 1)
  const around = await passages.around(two?.id ?? 0, 1)
  expect(around.map(({ text }) => text)).toEqual(['They: One.', 'They: Three.'])
})

test('a long text is cut where a sentence ends, and nothing of it is lost', async () => {
  const sentences = Array.from({ length: 60 }, (_none, at) => `Sentence number ${at} is about the lighthouse.`)
  await company.say(ana, sentences.join(' '))
  await company.memory.passages.catchUp()
  const all = await company.memory.passages.newest({ identities: [ana] }, 100)
  const whole = all.map(({ text }) => text.replace(/^They: /, '')).reverse()
  expect(all.length).toBeGreaterThan(3)
  expect(whole.every((piece) => piece.endsWith('.') && piece.length <= 700)).toBe(true)
  expect(
    [...all]
      .sort((a, b) => a.part - b.part)
      .map(({ text }) => text.slice(6))
      .join(' '),
  ).toBe(sentences.join(' '))
})

test('what people type is never syntax', async () => {
  await company.say(ana, 'A lamp.')
  const hostile = ['"', '* OR', 'NEAR(a b)', 'who:i1', "lamp'); DROP TABLE words", 'la\0mp', '😀', '']
  expect(await textsBy(hostile)).toEqual([])
  expect(await textsBy(['lamp'])).toEqual(['They: A lamp.'])
})

test('a file that is gone, broken or of another company is made anew', async () => {
  await company.say(ana, 'A lamp.')
  expect(await textsBy(['lamp'])).toHaveLength(1)
  const texts = async (): Promise<number> => {
    const { passages } = await company.reopen()
    await passages.catchUp()
    return (await passages.match(['lamp'], {}, 5)).length
  }
  await company.memory.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(company.path + suffix, { force: true })
  expect(await texts()).toBe(1)
  await company.reopen().then((memory) => memory.close())
  for (const suffix of ['-wal', '-shm']) rmSync(company.path + suffix, { force: true })
  writeFileSync(
    company.path,
    'this is no database at all, only some words in a file of more than a hundred bytes'.repeat(20),
  )
  expect(await texts()).toBe(1)
})

test('whoever is forgotten is in no byte of the file, and the others are found as before', async () => {
  for (let count = 0; count < 300; count += 1) {
    await company.say(ana, `Zyxomma${count} flew by.`)
    await company.say(ben, `Common${count} things.`)
  }
  const { passages } = company.memory
  await passages.catchUp()
  expect(company.bytes()).toContain('zyxomma')
  const before = await passages.match(['common7', 'things'], {}, 5)
  await passages.forget([ana])
  expect(company.bytes()).not.toContain('zyxomma')
  expect(await textsBy(['zyxomma7'])).toEqual([])
  expect((await passages.match(['common7', 'things'], {}, 5)).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
})

test('what an event holds is read again from the journal alone', async () => {
  await company.say(ana, 'Nobody should find this sentence in the index.')
  await company.memory.passages.catchUp()
  expect(company.bytes()).not.toContain('Nobody should')
})
