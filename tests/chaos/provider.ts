import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json as bodyOf } from 'node:stream/consumers'
import { type Clock, later, milliseconds } from '../../src/values/time.ts'
import type { Behaviour } from './behaviour.ts'
import { Bill, type Line } from './bill.ts'

/** A request in OpenAI's chat protocol, as far as it is read. */
interface ChatRequest {
  readonly model: string
  readonly max_tokens?: number
  readonly stream?: boolean
  readonly messages: readonly unknown[]
}

export interface ChaosProvider {
  /** Where one of its accounts is asked. */
  url(account: string): string
  readonly bill: Bill
  /** Requests that wait for the clock: hung, or dripping. */
  readonly parked: number
  close(): Promise<void>
}

interface Terms {
  readonly clock: Clock
  readonly weather: (account: string, at: number) => Behaviour
  /** Called when a request has arrived, before anything is answered. */
  readonly arrived?: (account: string) => void
  /** What the model says; an agent's answer by default. */
  readonly says?: string
}

const usualAnswer = JSON.stringify({ output: { body: 'tea' }, confidence: 0.9 })
const dripMs = 1500
const drips = 6

/**
 * A provider that speaks OpenAI's chat protocol over HTTP, streamed or not, and behaves at each request as its weather says. It keeps its
 * own bill. Time is the clock's: what hangs and drips ends when that is moved on.
 */
export async function chaosProvider(terms: Terms): Promise<ChaosProvider> {
  const bill = new Bill()
  const parked = new Set<ServerResponse>()
  const server = createServer((incoming, response) => {
    // Who hung up in the middle is no error of ours.
    response.on('error', () => undefined)
    response.on('close', () => parked.delete(response))
    void read(incoming).then((request) => {
      if (!request) return
      const account = new URL(incoming.url ?? '/', 'http://x').pathname.split('/')[1] ?? ''
      terms.arrived?.(account)
      const at = terms.clock.now()
      const behaviour = terms.weather(account, at)
      const line = bill.add({ account, model: request.model, behaviour, at, ...tokensOf(request, bill.lines.length) })
      answer({ terms, line, request, response, parked })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (account) => `http://127.0.0.1:${port}/${account}/v1`,
    bill,
    get parked() {
      return parked.size
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function read(incoming: IncomingMessage): Promise<ChatRequest | undefined> {
  try {
    return (await bodyOf(incoming)) as ChatRequest
  } catch (error) {
    // They hung up before they had asked.
    if (incoming.destroyed) return undefined
    throw error
  }
}

/** Different in each call, so that a bill that is mixed up with another's shows. */
function tokensOf({ max_tokens: most = 100, messages }: ChatRequest, nth: number) {
  return { tokensIn: Math.ceil(JSON.stringify(messages).length / 4), tokensOut: Math.min(most, 20 + (nth % 60)) }
}

interface Answering {
  readonly terms: Terms
  readonly line: Line
  readonly request: ChatRequest
  readonly response: ServerResponse
  readonly parked: Set<ServerResponse>
}

function answer(given: Answering): unknown {
  const { line, response, terms } = given
  switch (line.behaviour) {
    case 'answers':
    case 'answers without usage':
    case 'answers in another form':
      return whole(given, bodyFor(given))
    case 'drips':
      return drip(given, bodyFor(given))
    case 'limits, in seconds':
      return decline(response, 429, { 'retry-after': '20' })
    case 'limits, to a date':
      return decline(response, 429, datesOf(terms.clock.now()))
    case 'limits, in milliseconds':
      return decline(response, 429, { 'retry-after-ms': '1500' })
    case 'fails with 500':
      return decline(response, 500)
    case 'fails with 502':
      return decline(response, 502)
    case 'fails with 503':
      return decline(response, 503)
    case 'hangs':
      given.parked.add(response)
      return
    case 'hangs up in the middle':
      response.writeHead(200, { ...plain, 'content-length': '5000' })
      response.write(bodyFor(given).slice(0, 40), () => response.destroy())
      return
    case 'answers broken JSON':
      return whole(given, `${bodyFor(given).slice(0, -9)},}`)
    case 'answers a page':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>Sign in to the hotel</h1></html>')
      return
    case 'answers nothing':
      return whole(given, '')
    default:
      return line.behaviour satisfies never
  }
}

const plain = { 'content-type': 'application/json' }

function whole({ line, request, response }: Answering, body: string): void {
  response.writeHead(200, request.stream ? { 'content-type': 'text/event-stream' } : plain)
  response.end(body, () => {
    line.delivered = true
  })
}

/** A piece every second and a half: alive all the time, and slower than anybody wants to wait. */
function drip(given: Answering, body: string): void {
  const { terms, line, request, response, parked } = given
  response.writeHead(200, request.stream ? { 'content-type': 'text/event-stream' } : plain)
  const size = Math.ceil(body.length / drips)
  parked.add(response)
  const next = (from: number): void => {
    if (response.destroyed) return
    response.write(body.slice(from, from + size))
    if (from + size >= body.length) {
      parked.delete(response)
      response.end(() => {
        line.delivered = true
      })
      return
    }
    const stop = terms.clock.wake(later(terms.clock.now(), milliseconds(dripMs)), () => next(from + size))
    response.once('close', stop)
  }
  next(0)
}

function decline(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const body = { error: { message: 'try again later', type: 'chaos', code: null } }
  response.writeHead(status, { ...plain, ...headers }).end(JSON.stringify(body))
}

function datesOf(now: number): Readonly<Record<string, string>> {
  return { date: new Date(now).toUTCString(), 'retry-after': new Date(now + 30_000).toUTCString() }
}

function bodyFor({ line, request, terms }: Answering): string {
  const content = line.behaviour === 'answers in another form' ? '{"output":{"text":3}}' : (terms.says ?? usualAnswer)
  const usage = {
    prompt_tokens: line.tokensIn,
    completion_tokens: line.tokensOut,
    total_tokens: line.tokensIn + line.tokensOut,
  }
  const counted = line.behaviour === 'answers without usage' ? {} : { usage }
  const head = { id: line.id, created: 1, model: line.model }
  if (!request.stream) {
    const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }
    return JSON.stringify({ ...head, object: 'chat.completion', choices: [choice], ...counted })
  }
  const chunk = (delta: object, finish: string | null, more = {}): string =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`
  const half = Math.floor(content.length / 2)
  return [
    chunk({ role: 'assistant', content: content.slice(0, half) }, null),
    chunk({ content: content.slice(half) }, null),
    chunk({}, 'stop', counted),
    'data: [DONE]\n\n',
  ].join('')
}
