import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadTokens } from '../../src/memory/tokens.ts'
import type { IdentityId } from '../../src/values/id.ts'
import { faultOf, start } from '../identity/company.ts'
import { openRemembering, type Remembering } from './company.ts'

let company: Remembering
let ana: IdentityId
beforeEach(async () => {
  company = await openRemembering()
  ana = await company.person('Ana Nová', 'ana@example.org')
})
afterEach(() => company.close())

const word = fc.constantFrom(
  'roof',
  'price',
  'garden',
  'Ana',
  'über',
  '東京',
  '🌱',
  'yesterday',
  '12',
  'don’t',
  '\n',
  '  ',
)
const text = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(' '))

test('what is given never takes more tokens than allowed, whatever was said and asked', async () => {
  const count = await loadTokens()
  const said = fc.sample(fc.tuple(text, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 5 })), {
    seed: 3,
    numRuns: 150,
  })
  for (const [words, day, talk] of said) {
    if (words.trim() === '') continue
    await company.say(ana, words, { who: 'Ana', thread: `talk ${talk}`, at: start - day * 86_400_000 })
  }
  const asked = fc.asyncProperty(text, fc.integer({ min: 1, max: 400 }), fc.boolean(), async (words, budget, all) => {
    const query = `roof ${words}`
    const { lines, tokens } = await company.memory.recall({ query, budget, ...(all ? {} : { identity: ana }) })
    const whole = count(lines.map((line) => line.text).join('\n'))
    expect(whole).toBeLessThanOrEqual(budget)
    expect(tokens).toBeLessThanOrEqual(budget)
    expect(Math.abs(tokens - whole)).toBeLessThanOrEqual(1)
    expect(lines.reduce((sum, line) => sum + line.tokens, 0)).toBe(tokens)
  })
  await fc.assert(asked, { seed: 5, numRuns: 60 })
})

test('a large budget is filled, not only its first lines', async () => {
  for (let at = 0; at < 300; at += 1)
    await company.say(ana, `The roof needs tile ${at} of kind ${at * 7}.`, { who: 'Ana' })
  const { lines } = await company.memory.recall({ query: 'tiles of the roof', budget: 1500, identity: ana })
  expect(lines.length).toBeGreaterThan(60)
})

test('a question of millions of characters, of none, or of none that is a word is refused', async () => {
  const ask = (query: string, budget = 100) => company.memory.recall({ query, budget })
  expect(await faultOf(ask('roof '.repeat(2_000_000)))).toBe('input.too-large')
  expect(await faultOf(company.memory.recall({ query: 'roof', budget: 9, purpose: 'x'.repeat(30_000) }))).toBe(
    'input.too-large',
  )
  for (const query of ['', '   ', '?!', '🌱🌱', '"" * NEAR()'.slice(0, 4)])
    expect(await faultOf(ask(query)), query).toBe('input.invalid')
  for (const budget of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(await faultOf(ask('roof', budget)), `${budget}`).toBe('input.invalid')
  }
})

test('nothing in a question is syntax, and what nobody said finds nothing', async () => {
  await company.say(ana, 'The roof is new.', { who: 'Ana' })
  const nasty = [
    'roof" OR 1=1 --',
    'roof AND (NOT *',
    'body : roof NEAR(a b)',
    "roof'; DROP TABLE words",
    'roof\0\u202e',
    '{roof}^*',
  ]
  for (const query of nasty) {
    expect((await company.memory.recall({ query, budget: 100 })).lines, query).toHaveLength(1)
  }
  const none = await company.memory.recall({ query: 'zeppelin', budget: 100 })
  expect(none).toMatchObject({ lines: [], tokens: 0 })
})

test('a question as long as a mail is answered by what it is about', async () => {
  await company.say(ana, 'The roof costs 9000 euros.', { who: 'Ana' })
  const mail = `The roof: what does it cost? ${'And many greetings to all of you from the seaside. '.repeat(300)}`
  const { lines } = await company.memory.recall({ query: mail, budget: 100 })
  expect(lines[0]?.text).toContain('9000')
})
