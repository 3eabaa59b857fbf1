import { afterEach, expect, test } from 'vitest'
import { ask, type Question } from '../../src/models/ask.ts'
import { openModel } from '../../src/models/open.ts'
import { compatible } from '../../src/models/providers.ts'
import { answerTools } from '../../src/models/tool-answers.ts'
import { type Fault, fault, Refusal } from '../../src/values/fault.ts'
import { type ChatServer, chatServer, completion, json, tokens } from './chat-server.ts'

const key = 'sk-live-0123456789abcdef'
let server: ChatServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

test('a turn is one request with the key, the schema and the tools, and gives plain JSON', async () => {
  const model = await serve((response) =>
    json(response, 200, completion({ content: '{"output":{"a":1},"confidence":0.7}' })),
  )
  const turn = await ask(model, { ...question, tools: [mail] })
  expect(turn).toEqual({
    text: '{"output":{"a":1},"confidence":0.7}',
    object: { output: { a: 1 }, confidence: 0.7 },
    toolCalls: [],
    usage: { tokensIn: 7, tokensOut: 5 },
    finish: 'stop',
    answered: { model: 'm', id: 'c1' },
    responseMessages: [{ role: 'assistant', content: [{ type: 'text', text: '{"output":{"a":1},"confidence":0.7}' }] }],
  })
  expect(JSON.parse(JSON.stringify(turn))).toEqual(turn)
  expect(server?.requests).toHaveLength(1)
  const [request] = server?.requests ?? []
  expect(request?.authorization).toBe(`Bearer ${key}`)
  expect(request?.body).toMatchObject({
    model: 'm',
    max_tokens: 50,
    response_format: { type: 'json_schema', json_schema: { schema: question.output } },
    tools: [{ type: 'function', function: { name: 'mail_send', description: 'Sends a mail.' } }],
  })
})

test('tool calls come back under their canonical names, and their answers go out with the turn', async () => {
  const call = { id: 'x1', type: 'function', function: { name: 'mail_send', arguments: '{"to":"ana@example.org"}' } }
  const model = await serve((response, { body }) =>
    json(
      response,
      200,
      (body.messages as unknown[]).length < 3
        ? completion({ tool_calls: [call] }, tokens(7, 5), 'tool_calls')
        : completion({ content: '{}' }),
    ),
  )
  const first = await ask(model, { ...question, tools: [mail] })
  expect(first.finish).toBe('tool-calls')
  expect(first.toolCalls).toEqual([{ name: 'mail.send', input: { to: 'ana@example.org' }, id: 'x1' }])
  expect(first.problem).toBeUndefined()
  const replayed = JSON.parse(JSON.stringify(first)) as typeof first
  const messages = [...question.messages, ...answerTools(replayed, ['mail.send'], [{ output: { sent: true } }])]
  await ask(model, { ...question, messages, tools: [mail] })
  const sent = server?.requests[1]?.body.messages as unknown[]
  expect(sent.slice(-2)).toMatchObject([
    { role: 'assistant', tool_calls: [{ id: 'x1', function: { name: 'mail_send' } }] },
    { role: 'tool', tool_call_id: 'x1', content: '{"sent":true}' },
  ])
})

test('a tool that was not offered and broken arguments are told as problems and answered by nobody else', async () => {
  const calls = [
    { id: 'x1', type: 'function', function: { name: 'refund_all', arguments: '{}' } },
    { id: 'x2', type: 'function', function: { name: 'mail_send', arguments: '{"to":' } },
  ]
  const model = await serve((response) =>
    json(response, 200, completion({ tool_calls: calls }, tokens(1, 1), 'tool_calls')),
  )
  const turn = await ask(model, { ...question, tools: [mail] })
  expect(turn.toolCalls.map((call) => call.name)).toEqual(['refund_all', 'mail.send'])
  expect(turn.toolCalls.every((call) => call.problem !== undefined)).toBe(true)
  expect(turn.responseMessages.map((message) => (message as { role: string }).role)).toEqual(['assistant'])
})

test('an answer that is not JSON is returned as text with what is wrong with it', async () => {
  const model = await serve((response) => json(response, 200, completion({ content: 'I would rather not.' })))
  expect(await ask(model, question)).toMatchObject({
    text: 'I would rather not.',
    problem: 'the answer cannot be read: there is no JSON in it',
  })
})

test('an answer that was cut off says so', async () => {
  const model = await serve((response) =>
    json(response, 200, completion({ content: '{"output":{"a"' }, tokens(7, 50), 'length')),
  )
  expect(await ask(model, question)).toMatchObject({
    finish: 'length',
    problem: 'the answer was cut off at its most tokens',
  })
})

test('a server that counts no tokens is taken at the worst, not at nothing', async () => {
  const model = await serve((response) => json(response, 200, completion({ content: '{"a":1}' }, null)))
  const { usage } = await ask(model, question)
  expect(usage.guessed).toBe(true)
  expect(usage.tokensIn).toBeGreaterThan(100)
  expect(usage.tokensOut).toBe(50)
})

test('a wrong key is refused for good, and no part of it is in the message', async () => {
  const model = await serve((response) =>
    json(response, 401, { error: { message: `Incorrect API key provided: ${key} (sk-li***cdef).`, type: 'auth' } }),
  )
  const caught = await faultOf(ask(model, question))
  expect(caught).toMatchObject({ code: 'model.refused', retry: 'never' })
  expect(caught.message).toContain('401 Incorrect API key provided')
  expect(JSON.stringify(caught)).not.toMatch(/sk-li|cdef/)
})

test('a key of any form that a server echoes is hidden', async () => {
  const echo: Parameters<typeof chatServer>[0] = (response, { authorization }) =>
    json(response, 400, { error: { message: `bad header ${authorization}` } })
  server = await chatServer(echo)
  const choice = compatible({ name: 'acme', url: server.url, model: 'm', price: 'free', secret: 'acme.token' })
  const caught = await faultOf(ask(await openModel(choice, () => 'correct horse'), question))
  expect(caught.about.why).toBe('400 bad header Bearer [secret acme.token]')
})

test('a secret that was not declared is not given out', async () => {
  const choice = compatible({ name: 'acme', url: 'http://127.0.0.1:1/v1', model: 'm', price: 'free' })
  const greedy = { ...choice, open: async (secret: (name: string) => string) => Promise.reject(secret('openai.key')) }
  await expect(openModel(greedy, () => key)).rejects.toThrow(TypeError)
})

test.each([400, 402, 403, 404, 413, 422])('a %i is refused for good', async (status) => {
  const model = await serve((response) => json(response, status, { error: { message: 'no' } }))
  expect(await faultOf(ask(model, question))).toMatchObject({ code: 'model.refused', retry: 'never' })
  expect(server?.requests).toHaveLength(1)
})

test.each([
  [{ 'retry-after': '30' }, '30000'],
  [{ 'retry-after-ms': '1500', 'retry-after': '2' }, '1500'],
  [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:10 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, '10000'],
  [{ 'retry-after': 'soon' }, undefined],
])('a 429 is tried later, after the pause that it asks for: %j', async (headers, pause) => {
  const model = await serve((response) =>
    json(response, 429, { error: { message: 'slow down' } }, headers as Record<string, string>),
  )
  const caught = await faultOf(ask(model, question))
  expect(caught).toMatchObject({ code: 'model.unreachable', retry: 'later' })
  expect(caught.about.retryAfterMs).toBe(pause)
})

test.each([500, 502, 503, 529])('a %i is tried later, and not by the SDK', async (status) => {
  const model = await serve((response) => response.writeHead(status).end('<html>broken</html>'))
  expect(await faultOf(ask(model, question))).toMatchObject({ code: 'model.unreachable', retry: 'later' })
  expect(server?.requests).toHaveLength(1)
})

test.each(['<html>please log in</html>', '{"choices":', '{"choices":[]}', '[]', ''])(
  'a success that is no answer is tried later: %j',
  async (body) => {
    const model = await serve((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body))
    expect(await faultOf(ask(model, question))).toMatchObject({ code: 'model.unreachable' })
  },
)

test('a connection that breaks in the middle of the answer is tried later', async () => {
  const model = await serve((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"choices":')
    response.socket?.destroy()
  })
  expect(await faultOf(ask(model, question))).toMatchObject({ code: 'model.unreachable' })
})

test('a server that is not there is unreachable', async () => {
  const gone = await chatServer(() => undefined)
  await gone.close()
  const model = await openModel(compatible({ name: 'ollama', url: gone.url, model: 'm', price: 'free' }), () => key)
  expect((await faultOf(ask(model, question))).message).toMatch(/^ollama\/m does not answer: .*ECONNREFUSED/)
})

test('a call that hangs ends when its signal is aborted, with the fault that the signal carries', async () => {
  const reason = new Refusal(fault('task.cancelled', { task: 'draft' }))
  const stop = new AbortController()
  const model = await serve(() => stop.abort(reason))
  expect(await faultOf(ask(model, { ...question, signal: stop.signal }))).toBe(reason.fault)
  const again = await faultOf(ask(model, { ...question, signal: AbortSignal.abort() }))
  expect(again).toMatchObject({ code: 'model.unreachable', about: { why: 'it was stopped' } })
  expect(server?.requests).toHaveLength(1)
})

const mail = {
  name: 'mail.send',
  does: 'Sends a mail.',
  input: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
}

const question: Question = {
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'Input' }],
  tools: [],
  output: { type: 'object', properties: { output: {}, confidence: { type: 'number' } } },
  maxOutputTokens: 50,
  signal: new AbortController().signal,
}

async function serve(answer: Parameters<typeof chatServer>[0]) {
  server = await chatServer(answer)
  const choice = compatible({ name: 'ollama', url: server.url, model: 'm', price: 'free', secret: 'ollama.key' })
  return openModel(choice, () => key)
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const caught = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (caught instanceof Refusal) return caught.fault
  throw caught ?? new Error('nothing was refused')
}
