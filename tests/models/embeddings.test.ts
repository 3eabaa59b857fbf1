import type { ServerResponse } from 'node:http'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { expect, onTestFinished, test } from 'vitest'
import { embeddings } from '../../src/models/embeddings.ts'
import { faultIn } from '../../src/values/fault.ts'
import { type ChatRequest, chatServer, json } from './chat-server.ts'

/** An embedder over a server on this machine that speaks OpenAI's protocol of embeddings. */
async function behind(answer: (response: ServerResponse, request: ChatRequest) => void) {
  const server = await chatServer(answer)
  onTestFinished(() => server.close())
  const model = createOpenAICompatible({ name: 'attic', baseURL: server.url, apiKey: 'sk-very-secret-key-0123' })
  const embedder = embeddings(model.embeddingModel('small'), { dimensions: 2, price: 'free' })
  const embed = (texts: string[], signal = new AbortController().signal) => embedder.embed(texts, signal)
  return { server, embedder, embed }
}

const listed = (vectors: number[][]) => ({
  object: 'list',
  data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  usage: { prompt_tokens: 3, total_tokens: 3 },
})
const faultOf = (given: PromiseLike<unknown>) => given.then(() => undefined, faultIn)

test('any embedding model of the SDK gives a vector for each text, in their order', async () => {
  const { server, embedder, embed } = await behind((response, { body }) =>
    json(response, 200, listed((body.input as string[]).map((text) => [text.length, 1]))),
  )
  expect(embedder).toMatchObject({ name: 'attic.embedding/small', dimensions: 2, price: 'free' })
  expect(await embed(['one', 'three'])).toEqual([Float32Array.of(3, 1), Float32Array.of(5, 1)])
  expect(server.requests.map(({ url, body }) => [url, body.model])).toEqual([['/v1/embeddings', 'small']])
})

test('a server that is busy is asked once and not again; what it says is told without its key', async () => {
  const { server, embed } = await behind((response) =>
    json(response, 503, { error: { message: 'busy, sk-very-secret-key-0123' } }),
  )
  const fault = await faultOf(embed(['one']))
  expect(fault).toMatchObject({ code: 'model.unreachable', message: expect.stringContaining('attic.embedding/small') })
  expect(fault?.message).not.toContain('very-secret')
  expect(server.requests).toHaveLength(1)
})

test('a server that does not know the model, or answers something else, is a fault', async () => {
  const unknown = await behind((response) => json(response, 404, { error: { message: 'no such model' } }))
  expect((await faultOf(unknown.embed(['one'])))?.code).toBe('model.refused')
  const odd = await behind((response) => json(response, 200, { hello: 'world' }))
  expect((await faultOf(odd.embed(['one'])))?.code).toBe('model.unreachable')
})

test('a call that is given up is cut', async () => {
  const stop = new AbortController()
  const { embed } = await behind(() => stop.abort())
  expect((await faultOf(embed(['one'], stop.signal)))?.code).toBe('model.unreachable')
})
