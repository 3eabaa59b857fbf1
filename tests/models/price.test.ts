import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostTokensIn } from '../../src/models/measure.ts'
import type { ModelChoice, Price } from '../../src/models/model.ts'
import { genaiPricing } from '../../src/models/price.ts'
import { microUsd } from '../../src/values/money.ts'
import { type Clock, instant } from '../../src/values/time.ts'

const pricing = genaiPricing(clockAt('2026-11-22T12:00:00Z'))

test('a free model costs nothing, however much it says', async () => {
  expect(await pricing.cost(model('ollama/llama', 'free'), 1e9, 1e9)).toBe(0)
  expect(await pricing.worstCase(model('ollama/llama', 'free'), 1e9, 1e9)).toBe(0)
})

test('a declared price is exact and rounded up to the next micro-dollar', async () => {
  const dear = model('acme/m', { perMillionIn: microUsd(3_000_000), perMillionOut: microUsd(15_000_001) })
  expect(await pricing.cost(dear, 1, 0)).toBe(3)
  expect(await pricing.cost(dear, 0, 1)).toBe(16)
  expect(await pricing.cost(dear, 0, 0)).toBe(0)
})

test('a listed price is that of the price package: GPT-5 mini is $0.25 in and $2 out a million', async () => {
  const mini = model('openai/gpt-5-mini')
  expect(await pricing.cost(mini, 1_000_000, 0)).toBe(250_000)
  expect(await pricing.cost(mini, 0, 1_000_000)).toBe(2_000_000)
  expect(await pricing.cost(mini, 1_000_000, 0, { read: 1_000_000, written: 0 })).toBe(25_000)
})

test('a tiered price is paid by its tier: Gemini 2.5 Pro doubles above 200 000 tokens in', async () => {
  const gemini = model('google/gemini-2.5-pro')
  expect(await pricing.cost(gemini, 200_000, 0)).toBe(250_000)
  expect(await pricing.cost(gemini, 400_000, 0)).toBe(1_000_000)
})

test.each(['openai/gpt-nobody-knows', 'acme/gpt-4o', 'openai/'])('%s has no price and is refused', async (name) => {
  const expected = { fault: { code: 'budget.unknown-price', retry: 'never' } }
  await expect(pricing.cost(model(name), 1, 1)).rejects.toMatchObject(expected)
  await expect(pricing.worstCase(model(name), 1, 1)).rejects.toMatchObject(expected)
})

test('counts that are no counts are a mistake in the program', async () => {
  for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(pricing.cost(model('openai/gpt-5-mini'), bad, 0)).rejects.toThrow(RangeError)
  }
})

// Flat, tiered, with dearer cache writes, with a price cut by date, by the hour of the day.
const names = [
  'openai/gpt-5-mini',
  'openai/gpt-6-sol',
  'openai/o3',
  'google/gemini-2.5-pro',
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-opus-4-6',
  'deepseek/deepseek-chat',
  'deepseek/deepseek-v4-pro',
]

test('no call costs more than the worst case of a larger one, at any hour of the days after', async () => {
  const count = fc.oneof(fc.nat(1000), fc.nat(2_000_000), fc.constantFrom(199_999, 200_000, 200_001, 272_000, 272_001))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      count,
      count,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 72 * 60 }),
      async (name, mostIn, mostOut, shareIn, shareOut, cached, minutes) => {
        const worst = await pricing.worstCase(model(name), mostIn, mostOut)
        const tokensIn = Math.floor(mostIn * shareIn)
        const written = Math.floor(tokensIn * cached)
        const then = genaiPricing(clockAt('2026-11-22T12:00:00Z', minutes))
        const parts = { read: tokensIn - written, written }
        const out = Math.floor(mostOut * shareOut)
        expect(await then.cost(model(name), tokensIn, out, parts)).toBeLessThanOrEqual(worst)
        expect(await then.cost(model(name), tokensIn, out)).toBeLessThanOrEqual(worst)
      },
    ),
    { numRuns: 500 },
  )
})

test('a declared price keeps the same promise', async () => {
  const amount = fc.nat(10 ** 9).map(microUsd)
  const tokens = fc.nat(10_000_000)
  await fc.assert(
    fc.asyncProperty(amount, amount, tokens, tokens, async (perMillionIn, perMillionOut, tokensIn, tokensOut) => {
      const choice = model('acme/m', { perMillionIn, perMillionOut })
      const cost = await pricing.cost(choice, tokensIn, tokensOut)
      expect(cost).toBeLessThanOrEqual(await pricing.worstCase(choice, tokensIn + 1, tokensOut + 1))
      const exact = BigInt(tokensIn) * BigInt(perMillionIn) + BigInt(tokensOut) * BigInt(perMillionOut)
      expect(BigInt(cost) * 1_000_000n >= exact && (BigInt(cost) - 1n) * 1_000_000n < exact).toBe(true)
    }),
  )
})

test('a prompt is measured by its bytes, never below what any byte-level tokenizer can make of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (system, content) => {
      const question = { system, messages: [{ role: 'user' as const, content }], tools: [], output: null }
      const bytes = Buffer.byteLength(system) + Buffer.byteLength(content)
      expect(mostTokensIn(question)).toBeGreaterThan(bytes)
    }),
  )
})

function model(name: string, price: Price = 'listed'): ModelChoice {
  const provider = name.slice(0, name.indexOf('/'))
  const open = () => Promise.reject(new TypeError('nobody opens it'))
  return { name, provider, secrets: [], price, maxOutputTokens: 1000, open }
}

function clockAt(iso: string, minutes = 0): Clock {
  return { now: () => instant(Date.parse(iso) + minutes * 60_000), wake: () => () => undefined }
}
