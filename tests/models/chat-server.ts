import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a chat server got it. */
export interface ChatRequest {
  readonly url: string
  readonly authorization: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/** A local server that speaks OpenAI's chat protocol as far as `answer` makes it. */
export interface ChatServer {
  readonly url: string
  readonly requests: ChatRequest[]
  close(): Promise<void>
}

export async function chatServer(
  answer: (response: ServerResponse, request: ChatRequest) => void,
): Promise<ChatServer> {
  const requests: ChatRequest[] = []
  const server = createServer((incoming, response) => {
    void bodyOf(incoming).then((body) => {
      const request = { url: incoming.url ?? '', authorization: incoming.headers.authorization, body }
      requests.push(request)
      answer(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A completion in OpenAI's form. */
export function completion(message: Readonly<Record<string, unknown>>, usage: unknown = tokens(7, 5), finish = 'stop') {
  const choice = { index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish }
  return { id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices: [choice], usage }
}

/** The same completion as a stream: each delta is an event of its own. `end` says how it stops. */
export function stream(
  response: ServerResponse,
  deltas: readonly Readonly<Record<string, unknown>>[],
  end: 'done' | 'cut' | 'missing' | 'open' = 'done',
  finish = 'stop',
): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const delta of deltas) response.write(chunk({ delta }))
  if (end === 'open') return
  if (end === 'cut') {
    // What was written must leave before the line breaks.
    setImmediate(() => response.destroy())
    return
  }
  if (end === 'done') {
    response.write(chunk({ delta: {}, finish_reason: finish }))
    response.write(`data: ${JSON.stringify({ ...head, choices: [], usage: tokens(7, 5) })}\n\ndata: [DONE]\n\n`)
  }
  response.end()
}

const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm' }

function chunk(choice: Readonly<Record<string, unknown>>): string {
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, ...choice }] })}\n\n`
}

export function tokens(prompt: number, done: number) {
  return { prompt_tokens: prompt, completion_tokens: done, total_tokens: prompt + done }
}

async function bodyOf(incoming: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Readonly<Record<string, unknown>>
}
