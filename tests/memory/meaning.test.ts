import { afterEach, beforeEach, expect, test } from 'vitest'
import { fuse } from '../../src/memory/fuse.ts'
import { openRecall } from '../../src/memory/open-recall.ts'
import type { Question } from '../../src/memory/recall.ts'
import { fault, Refusal } from '../../src/values/fault.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { openRemembering, type Remembering } from './company.ts'
import { lettersEmbedder } from './letters.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana Nová')
  for (const [at, wanted] of ['fences', 'bushes', 'watering', 'mowing', 'benches', 'sunlight'].entries()) {
    await company.say(ana, `The garden wants ${wanted}.`, { who: 'Ana', thread: `${at}` })
  }
})
afterEach(() => company.close())

const parts = () => ({ ...company, passages: company.memory.passages })
const ask = (embedder: object, more: Partial<Question> = {}) =>
  openRecall({ ...parts(), ...embedder })({ query: 'watered garden', identity: ana, budget: 400, ...more })
const best = async (given: ReturnType<typeof ask>) =>
  (await given).lines.toSorted((one, other) => other.score - one.score)[0]?.text ?? ''

test('of lines with the same words, the one that means most of what is asked comes first', async () => {
  const query = 'garden with a watery look'
  expect(await best(ask({}, { query }))).not.toContain('watering')
  expect(await best(ask({ embedder: lettersEmbedder() }, { query }))).toContain('watering')
})

test('without an embedder nothing is said of meaning; with one, each line says what it adds', async () => {
  expect((await ask({}, { explain: true })).explained?.meaning).toBeNull()
  const { explained } = await ask({ embedder: lettersEmbedder() }, { explain: true })
  expect(explained?.meaning).toEqual({ embedder: 'test/letters', lacking: 0, fault: null })
  for (const one of explained?.parts ?? []) expect(one.map(({ what }) => what)).toContain('meaning')
})

test('a text is embedded once, and again by an embedder of another name', async () => {
  const first = lettersEmbedder()
  await ask({ embedder: first })
  expect(first.given).toHaveLength(7)
  await ask({ embedder: first })
  expect(first.given).toHaveLength(8)
  const other = lettersEmbedder({ name: 'test/other' })
  const answer = await ask({ embedder: other })
  expect(other.given).toHaveLength(7)
  expect(await ask({ embedder: lettersEmbedder() })).toEqual(answer)
})

test('a question makes only so many vectors, of the best; the next goes on', async () => {
  for (let at = 0; at < 100; at += 1)
    await company.say(ana, `A garden, row ${at}.`, { who: 'Ana', thread: `row ${at}` })
  const embedder = lettersEmbedder()
  const first = await ask({ embedder }, { explain: true })
  expect(embedder.given.length).toBeLessThanOrEqual(49)
  expect(first.explained?.meaning?.lacking).toBeGreaterThan(0)
  const second = await ask({ embedder }, { explain: true })
  expect(second.explained?.meaning?.lacking).toBeLessThan(first.explained?.meaning?.lacking ?? 0)
})

test.each([
  ['throws', () => Promise.reject(new Error('the server is on fire')), 'the server is on fire'],
  [
    'throws at once',
    () => {
      throw new Error('no such model')
    },
    'no such model',
  ],
  ['gives too few', async () => [], '0 vectors for 1 texts'],
  ['gives vectors of another length', async () => [new Float32Array(3)], 'its vectors have 3 numbers'],
  ['gives what is no number', async () => [new Float32Array(256).fill(Number.NaN)], 'holds no numbers'],
] as const)('an embedder that %s leaves the answer to words', async (_how, embed, why) => {
  const { lines, explained } = await ask({ embedder: lettersEmbedder({ embed }) }, { explain: true })
  expect(lines).toEqual((await ask({})).lines)
  expect(explained?.meaning?.fault).toMatchObject({ code: 'embedder.failed', message: expect.stringContaining(why) })
})

test('an embedder that refuses says itself why', async () => {
  const embed = () => Promise.reject(new Refusal(fault('company.paused', { why: 'a look around' })))
  const { explained } = await ask({ embedder: lettersEmbedder({ embed }) }, { explain: true })
  expect(explained?.meaning?.fault?.code).toBe('company.paused')
})

test('an embedder that never answers is left behind, and told so', async () => {
  let aborted = false
  const embedder = lettersEmbedder({
    embed: (_texts, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true
      })
      return new Promise(() => {})
    },
  })
  // A clock on which the time is over as soon as it is waited for.
  const wake = (_at: number, then: () => void) => {
    queueMicrotask(then)
    return () => {}
  }
  const clock = { ...company.clock, wake }
  const { lines, explained } = await ask({ embedder, clock }, { explain: true })
  expect(lines).toEqual((await ask({})).lines)
  expect(explained?.meaning?.fault?.message).toContain('it took longer than 3 s')
  expect(aborted).toBe(true)
})

test('a slow embedder is not asked for more after two seconds; what it made counts', async () => {
  for (let at = 0; at < 40; at += 1) await company.say(ana, `A garden, row ${at}.`, { who: 'Ana', thread: `row ${at}` })
  const letters = lettersEmbedder()
  const embed: typeof letters.embed = (texts, signal) => {
    company.clock.pass(900)
    return letters.embed(texts, signal)
  }
  const { explained } = await ask({ embedder: { ...letters, embed } }, { explain: true })
  expect(letters.given).toHaveLength(1 + 2 * 12)
  expect(explained?.meaning).toMatchObject({ fault: null, lacking: 46 - 24 })
})

test('one whose likeness is not known is taken to be like the middle of the others', () => {
  const ranked = [1, 2, 3].map((id) => ({ candidate: { passage: { id } }, score: 1, parts: [] })) as never
  const scores = (likeness: [number, number][]) =>
    fuse(ranked, new Map(likeness)).map(({ candidate, score }) => [candidate.passage.id, Number(score.toFixed(3))])
  expect(
    scores([
      [1, 0.9],
      [3, 0.1],
    ]),
  ).toEqual([
    [1, 1.2],
    [2, 1.1],
    [3, 1],
  ])
  expect(scores([])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ])
  expect(
    scores([
      [1, 0.4],
      [2, 0.4],
    ]),
  ).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ])
})
