import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** What can go wrong with one request; `after` the provider has done it, `before` it has. */
export type Trouble =
  | { readonly how: 'silent' | 'cut'; readonly when: 'before' | 'after' }
  | { readonly how: 'answers'; readonly when: 'before' | 'after'; readonly status: number; readonly headers?: Headers }
  | { readonly how: 'babbles'; readonly when: 'after'; readonly text: string }
type Headers = Readonly<Record<string, string>>

/** Which request it meets: the next one of this method (and this beginning of its path). */
export interface Expected {
  readonly method: string
  readonly path?: string
  readonly trouble?: Trouble
  /** Called when it is met, once what the provider does is done. */
  readonly met?: () => void
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Said {
  readonly status: number
  readonly body?: unknown
}

/** A provider on loopback: a real HTTP server whose answers are the test's, and whose troubles are. */
export interface ProviderServer {
  readonly url: string
  /** Method and path of each request, in order. */
  readonly requests: string[]
  trouble(expected: Expected): void
  /** Decides by chance, for requests that no `trouble` waits for. */
  mood(of: ((asked: Asked) => Trouble | undefined) | undefined): void
  close(): Promise<void>
}

export async function openProvider(answer: (asked: Asked) => Said): Promise<ProviderServer> {
  const expected: Expected[] = []
  const requests: string[] = []
  let mood: ((asked: Asked) => Trouble | undefined) | undefined
  const server = createServer((request, response) => {
    void (async () => {
      const asked = await read(request)
      requests.push(`${asked.method} ${asked.path}`)
      const index = expected.findIndex((one) => fits(one, asked))
      const [met] = index < 0 ? [] : expected.splice(index, 1)
      reply(asked, response, met?.trouble ?? mood?.(asked))
      met?.met?.()
    })()
  })
  const reply = (asked: Asked, response: ServerResponse, trouble: Trouble | undefined): void => {
    const said = trouble?.when === 'before' ? undefined : answer(asked)
    if (!trouble) send(response, said?.status ?? 500, said?.body)
    else if (trouble.how === 'cut') response.destroy()
    else if (trouble.how === 'answers') send(response, trouble.status, { detail: 'trouble' }, trouble.headers)
    else if (trouble.how === 'babbles') response.writeHead(200).end(trouble.text)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    trouble: (one) => void expected.push(one),
    mood: (of) => {
      mood = of
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider')
  const body = request.headers['content-type'] === 'application/json' ? await json(request) : undefined
  return { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body }
}

function fits({ method, path = '' }: Expected, asked: Asked): boolean {
  return method === asked.method && asked.path.includes(path)
}

function send(response: ServerResponse, status: number, body: unknown, headers: Headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
