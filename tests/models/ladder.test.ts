import { expect, test } from 'vitest'
import { accountOf, pick, within } from '../../src/models/ladder.ts'
import { anthropic, compatible, google, openai } from '../../src/models/providers.ts'
import { usd } from '../../src/values/money.ts'

const best = anthropic('claude-opus-4-6')
const second = openai('gpt-5')
const small = google('gemini-2.5-flash')
const house = { name: 'ollama', url: 'http://localhost:11434/v1', model: 'qwen3', price: 'free' } as const
const local = compatible(house)

test("a tier is served by its models in the operator's order, then by lower tiers", () => {
  const models = { cheap: [local], quality: [best, second], standard: [small] }
  expect(pick(models, 'quality').map(({ name, choice }) => [name, choice.name])).toEqual([
    ['quality 1', 'anthropic/claude-opus-4-6'],
    ['quality 2', 'openai/gpt-5'],
    ['standard 1', 'google/gemini-2.5-flash'],
    ['cheap 1', 'ollama/qwen3'],
  ])
  expect(pick(models, 'cheap').map(({ choice }) => choice)).toEqual([local])
})

test('a higher tier never stands in for a lower one: that would cost what nobody allowed', () => {
  expect(() => pick({ quality: [best], cheap: [] }, 'cheap')).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'model.no-tier', about: { tier: 'cheap' } }) }),
  )
})

test.each([{}, { quality: [], standard: [] }])('a config without any model answers offline: %j', (models) => {
  expect(pick(models, 'standard')).toMatchObject([
    { name: 'offline', tier: 'standard', choice: { name: 'offline/extractive' } },
  ])
})

test('each provider asks for the secret of its name only, and is opened with it', async () => {
  const asked: string[] = []
  for (const choice of [best, second, small, openai('m', { secret: 'other.key' }), local]) {
    const language = await choice.open((name) => {
      asked.push(name)
      return 'k'
    })
    expect(language.specificationVersion).toBe('v4')
    expect(choice.name.endsWith(language.modelId)).toBe(true)
  }
  expect(asked).toEqual(['anthropic.key', 'openai.key', 'google.key', 'other.key'])
  expect(openai('m').price).toBe('listed')
  expect(openai('m', { price: { perMillionIn: usd(1), perMillionOut: usd(2) } }).price).toEqual({
    perMillionIn: 1_000_000,
    perMillionOut: 2_000_000,
  })
})

test('where the first does not answer, those of its tier may, and those below down to the lowest', () => {
  const models = { quality: [best, second], standard: [small], cheap: [local] }
  const names = (lowest: 'quality' | 'standard' | 'cheap') =>
    within(pick(models, 'quality'), lowest).map(({ name }) => name)
  expect(names('quality')).toEqual(['quality 1', 'quality 2'])
  expect(names('standard')).toEqual(['quality 1', 'quality 2', 'standard 1'])
  expect(within(pick({ quality: [local], cheap: [local] }, 'quality'), 'cheap')).toHaveLength(1)
  expect(within(pick({ cheap: [local] }, 'quality'), 'quality').map(({ name }) => name)).toEqual(['cheap 1'])
})

test('a breaker watches the account, and the model in this process has none', () => {
  const models = { cheap: [local], quality: [compatible({ ...house, model: 'other' })] }
  expect([accountOf(models, local), accountOf({}, pick({}, 'cheap')[0].choice)]).toEqual(['ollama', undefined])
})

test('two servers under one name, and two keys of one provider, are two accounts each', () => {
  const attic = compatible({ ...house, url: 'http://attic:11434/v1' })
  const models = { cheap: [local, attic], quality: [openai('gpt-5'), openai('gpt-5', { secret: 'second.key' })] }
  expect(Object.values(models).flatMap((tier) => tier.map((choice) => accountOf(models, choice)))).toEqual([
    'ollama@localhost:11434',
    'ollama@attic:11434',
    'openai#openai.key',
    'openai#second.key',
  ])
})
