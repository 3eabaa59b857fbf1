import { afterEach, expect, test } from 'vitest'
import { ask, type Question } from '../../src/models/ask.ts'
import type { ModelChoice } from '../../src/models/model.ts'
import { openModel } from '../../src/models/open.ts'
import { genaiPricing } from '../../src/models/price.ts'
import { anthropic, openai } from '../../src/models/providers.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { usd } from '../../src/values/money.ts'
import { instant } from '../../src/values/time.ts'
import { type ChatServer, chatServer, json } from './chat-server.ts'

let server: ChatServer
afterEach(() => server?.close())

const long = 'Be brief. '.repeat(500)
const question = (system: string): Question => ({
  system,
  messages: [{ role: 'user', content: 'Input' }],
  tools: [],
  output: null,
  maxOutputTokens: 50,
  signal: new AbortController().signal,
})
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 1200, cache_read_input_tokens: 300 },
}

async function askClaude(system: string, options: Parameters<typeof anthropic>[1] = {}) {
  server = await chatServer((response) => json(response, 200, message))
  const choice: ModelChoice = anthropic('claude-sonnet-4-5', { ...options, url: server.url })
  const turn = await ask(await openModel(choice, () => 'k'), question(system))
  return { choice, turn, system: server.requests[0]?.body.system as readonly object[] }
}

test('Anthropic is told to keep a long system part, and what it took and gave is counted at its price', async () => {
  const { choice, turn, system } = await askClaude(long)
  expect(system).toEqual([{ type: 'text', text: long, cache_control: { type: 'ephemeral' } }])
  expect(turn.usage).toEqual({ tokensIn: 1510, tokensOut: 5, cached: { read: 300, written: 1200 } })
  const pricing = genaiPricing(fakeClock(instant(Date.UTC(2026, 2, 13))))
  const cost = await pricing.cost(choice, 1510, 5, turn.usage.cached)
  // 3 dollars a million in, 3.75 written, 0.30 read, 15 out.
  expect(cost).toBe(Math.ceil(10 * 3 + 1200 * 3.75 + 300 * 0.3 + 5 * 15))
  expect(await pricing.worstCase(choice, 1510, 5)).toBeGreaterThanOrEqual(
    await pricing.cost(choice, 1510, 5, { read: 0, written: 1510 }),
  )
})

test('neither a short system part is marked, nor one of a model whose price says nothing of writing', async () => {
  expect((await askClaude('Be brief.')).system).toEqual([{ type: 'text', text: 'Be brief.' }])
  await server.close()
  const price = { perMillionIn: usd(3), perMillionOut: usd(15) }
  expect((await askClaude(long, { price })).system).toEqual([{ type: 'text', text: long }])
})

test('OpenAI gets the same key for the same system part, and no text of it', async () => {
  server = await chatServer((response) => json(response, 400, { error: { message: 'no' } }))
  const model = await openModel(openai('gpt-5-mini', { url: server.url }), () => 'k')
  for (const system of [long, long, 'Be long.']) await ask(model, question(system)).catch(() => undefined)
  const keys = server.requests.map(({ body }) => body.prompt_cache_key as string)
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect([keys[1] === keys[0], keys[2] === keys[0]]).toEqual([true, false])
})
