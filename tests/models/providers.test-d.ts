import { test } from 'vitest'
import { anthropic, compatible, google, openai } from '../../src/models/providers.ts'
import { usd } from '../../src/values/money.ts'

test('a server of your own needs a price, made with usd()', () => {
  compatible({ name: 'ollama', url: 'http://localhost:11434/v1', model: 'm', price: 'free' })
  compatible({ name: 'x', url: 'http://x', model: 'm', price: { perMillionIn: usd(1), perMillionOut: usd(2) } })
  openai('gpt-5-mini', { maxOutputTokens: 1000 })

  // @ts-expect-error nobody else knows the price of a server of your own
  compatible({ name: 'ollama', url: 'http://localhost:11434/v1', model: 'm' })
  // @ts-expect-error no price list knows it
  compatible({ name: 'ollama', url: 'http://localhost:11434/v1', model: 'm', price: 'listed' })
  // @ts-expect-error dollars are made with usd(): a bare number may be anything
  openai('m', { price: { perMillionIn: 1, perMillionOut: 2 } })
})

test('batches are for the providers whose batch API is spoken, and a part of the price is said where nobody knows it', () => {
  openai('gpt-5-mini', { batch: true })
  anthropic('claude-haiku-4-5', { batch: true })
  const house = { name: 'house', url: 'http://x', model: 'm', price: 'free' } as const
  compatible({ ...house, batch: { part: 0.5 } })

  // @ts-expect-error its batches are not spoken here
  google('gemini-2.5-flash', { batch: true })
  // @ts-expect-error nobody else knows what a turn costs there
  compatible({ ...house, batch: true })
})
