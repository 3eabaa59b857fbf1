import { afterEach, expect, test } from 'vitest'
import { ask, type Question } from '../../src/models/ask.ts'
import { CallFailed } from '../../src/models/call-failed.ts'
import { openModel } from '../../src/models/open.ts'
import { compatible } from '../../src/models/providers.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { fault } from '../../src/values/fault.ts'
import { instant, seconds } from '../../src/values/time.ts'
import { type ChatServer, chatServer, completion, json, stream, tokens } from './chat-server.ts'

let server: ChatServer
afterEach(() => server?.close())

const clock = fakeClock(instant(0))
const silent = new CallFailed(fault('model.unreachable', { model: 'acme/m', why: 'it stood still' }), {
  failure: 'silent',
  owed: 'unknown',
  ofAccount: true,
})
const how = { clock, longestGap: seconds(10), silent }
const question: Question = {
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'Input' }],
  tools: [{ name: 'mail.send', does: 'Sends a mail.', input: { type: 'object', properties: { to: {} } } }],
  output: { type: 'object', properties: { output: {}, confidence: { type: 'number' } } },
  maxOutputTokens: 50,
  signal: new AbortController().signal,
}

async function serve(answer: Parameters<typeof chatServer>[0], streams = true) {
  server = await chatServer(answer)
  return openModel(compatible({ name: 'acme', url: server.url, model: 'm', price: 'free', streams }), () => '')
}

const failed = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof CallFailed ? error : undefined),
  )

test('an answer that was followed as it came in is the same turn as one that came whole', async () => {
  const model = await serve((response, { body }) =>
    body.stream === true
      ? stream(response, [{ content: '{"output":' }, { content: '{"a":1},' }, { content: '"confidence":0.7}' }])
      : json(response, 200, completion({ content: '{"output":{"a":1},"confidence":0.7}' })),
  )
  expect(await ask(model, question, how)).toEqual(await ask(model, question))
  expect(server.requests.map(({ body }) => body.stream ?? false)).toEqual([true, false])
  expect(server.requests[0]?.body).toMatchObject({ stream_options: { include_usage: true } })
})

test('tool calls in pieces are the same turn too', async () => {
  const call = (args: string, named = {}) => ({ tool_calls: [{ index: 0, ...named, function: { arguments: args } }] })
  const model = await serve((response, { body }) =>
    body.stream === true
      ? stream(
          response,
          [
            { content: 'I write.' },
            {
              tool_calls: [
                { index: 0, id: 'x1', type: 'function', function: { name: 'mail_send', arguments: '{"to":' } },
              ],
            },
            call('"ana"}'),
          ],
          'done',
          'tool_calls',
        )
      : json(
          response,
          200,
          completion(
            {
              content: 'I write.',
              tool_calls: [{ id: 'x1', type: 'function', function: { name: 'mail_send', arguments: '{"to":"ana"}' } }],
            },
            tokens(7, 5),
            'tool_calls',
          ),
        ),
  )
  const followed = await ask(model, question, how)
  expect(followed).toEqual(await ask(model, question))
  expect(followed.toolCalls).toEqual([{ name: 'mail.send', input: { to: 'ana' }, id: 'x1' }])
})

test.each(['cut', 'missing'] as const)('an answer that ends without its last word (%s) may be owed', async (end) => {
  const model = await serve((response) => stream(response, [{ content: '{"output":' }], end))
  expect(await failed(ask(model, question, how))).toMatchObject({
    fault: { code: 'model.unreachable' },
    verdict: { failure: 'down', owed: 'unknown' },
  })
})

test('an error within the stream is the end of it', async () => {
  const model = await serve((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end('data: {"error":{"message":"The server had an error","type":"server_error"}}\n\n')
  })
  const caught = await failed(ask(model, question, how))
  expect(caught?.fault.about.why).toContain('The server had an error')
  expect(caught?.verdict).toMatchObject({ failure: 'down', owed: 'unknown' })
})

test('something else than a stream is no answer', async () => {
  const model = await serve((response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: <html>\n\n'),
  )
  expect(await failed(ask(model, question, how))).toMatchObject({ verdict: { failure: 'malformed', owed: 'unknown' } })
})

test('an answer that has begun and stands still is given up after the gap, and one that has not begun is not', async () => {
  let begin = (): void => undefined
  const model = await serve((response) => {
    begin = () => stream(response, [{ content: '{"output":' }], 'open')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const asking = failed(ask(model, question, how))
  while (server.requests.length === 0) await turn()
  await clock.advance(seconds(60))
  expect(clock.waiting()).toEqual([])
  begin()
  while (clock.waiting().length === 0) await turn()
  await clock.advance(seconds(10))
  expect(await asking).toBe(silent)
})

test('a server that cannot stream is asked for the whole answer', async () => {
  const model = await serve((response) => json(response, 200, completion({ content: '{"a":1}' })), false)
  expect(await ask(model, question, how)).toMatchObject({ object: { a: 1 } })
  expect(server.requests[0]?.body).not.toHaveProperty('stream')
})

test('a model that does not listen to its signal is left to itself', async () => {
  const stop = new AbortController()
  const choice = compatible({ name: 'acme', url: 'http://127.0.0.1:1/v1', model: 'm', price: 'free' })
  const open = await openModel(choice, () => '')
  const deaf = { ...open.language, doGenerate: () => new Promise<never>(() => stop.abort(silent)) }
  const language = Object.assign(Object.create(Object.getPrototypeOf(open.language)), open.language, deaf)
  expect(await failed(ask({ ...open, language }, { ...question, signal: stop.signal }))).toBe(silent)
})

const turn = () => new Promise((resolve) => setImmediate(resolve))
