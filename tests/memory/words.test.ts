import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Embedder } from '../../src/memory/embedder.ts'
import { learnWords } from '../../src/memory/learn-words.ts'
import { openRecall } from '../../src/memory/open-recall.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { openRemembering, type Remembering } from './company.ts'
import { lettersEmbedder } from './letters.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana Nová')
  await company.say(ana, 'On Sundays there is painting by the river.', { who: 'Ana', thread: 'one' })
  await company.say(ana, 'The invoices are with the bookkeeper.', { who: 'Ana', thread: 'two' })
})
afterEach(() => company.close())

const learn = async (embedder: Embedder) => {
  const { passages } = company.memory
  await passages.catchUp()
  while (!(await learnWords(passages, { embedder, clock: company.clock }, (text) => text)).done);
}
const ask = (embedder: Embedder, query: string, identity = ana) =>
  openRecall({ ...company, passages: company.memory.passages, embedder })({
    ...{ query, identity, budget: 400, explain: true },
  })

test('a question finds what says it in another word, once the words were learned', async () => {
  const embedder = lettersEmbedder()
  expect((await ask(embedder, 'Who is a painter?')).lines).toEqual([])
  await learn(embedder)
  const { lines, explained } = await ask(embedder, 'Who is a painter?')
  expect(lines.map(({ text }) => text).join()).toContain('painting by the river')
  expect(explained?.words).toContainEqual(expect.objectContaining({ word: 'painting', from: 'painter' }))
})

test('words that only others use are not looked for', async () => {
  const embedder = lettersEmbedder()
  const bo = await company.person('Bo')
  await company.say(bo, 'A paintery smell, and painted doors.', { who: 'Bo', thread: 'three' })
  await learn(embedder)
  const { explained } = await ask(embedder, 'Who is a painter?')
  expect(explained?.words.map(({ word }) => word)).not.toContain('paintery')
  const ofBo = await ask(embedder, 'Who is a painter?', bo)
  expect(ofBo.explained?.words.map(({ word }) => word)).toContain('paintery')
})

test('each word is made once, and what is said later is learned at the next look', async () => {
  const embedder = lettersEmbedder()
  await learn(embedder)
  const first = [...embedder.given]
  expect(new Set(first).size).toBe(first.length)
  await company.say(ana, 'Painting and sculpture.', { who: 'Ana', thread: 'four' })
  await learn(embedder)
  expect(embedder.given.slice(first.length)).toEqual(['sculpture'])
})

test('when somebody is forgotten no word of theirs stays, and those of others are learned anew', async () => {
  const embedder = lettersEmbedder()
  const bo = await company.person('Bo')
  await company.say(bo, 'Zquibble collects stamps.', { who: 'Bo', thread: 'three' })
  await learn(embedder)
  const { words } = company.memory.passages
  expect((await words.of(embedder.name, ['zquibble'])).size).toBe(1)
  await company.memory.passages.forget([bo])
  expect(await words.count(embedder.name)).toBe(0)
  for (const suffix of ['', '-wal']) expect(readFileSync(company.path + suffix).includes('zquibble')).toBe(false)
  await learn(embedder)
  expect((await words.of(embedder.name, ['zquibble', 'painting'])).size).toBe(1)
})

test('an embedder that fails at a question leaves it as it was', async () => {
  const embedder = lettersEmbedder()
  await learn(embedder)
  const broken = { ...embedder, embed: () => Promise.reject(new Error('out of order')) }
  const { lines, explained } = await ask(broken, 'painting with a bookbinder')
  expect(lines.map(({ text }) => text).join()).toContain('painting by the river')
  expect(explained?.meaning?.fault?.code).toBe('embedder.failed')
})

test('there is room for twenty thousand words and no more', async () => {
  const { words } = company.memory.passages
  const some = Array.from({ length: 20_000 }, (_, at) => [`word${at}`, Float32Array.of(1, at)] as const)
  await words.keep('test/two', new Map(some.slice(0, 19_999)), undefined)
  expect(await words.unknown('test/two', ['word1', 'one', 'two'])).toEqual(['one'])
  await words.keep('test/two', new Map(some.slice(19_999)), undefined)
  expect(await words.unknown('test/two', ['one', 'two'])).toEqual([])
})
