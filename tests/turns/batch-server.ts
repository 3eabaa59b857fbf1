import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { completion, json, tokens } from '../models/chat-server.ts'

/** One batch, as the provider knows it. */
interface Held {
  readonly id: string
  readonly customId: string
  readonly body: Readonly<Record<string, unknown>>
  /** Seconds since 1970, by the test's clock. */
  readonly createdAt: number
  looks: number
  state: 'waits' | 'answered' | 'expired' | 'cancelled' | 'refused'
}

type End = Exclude<Held['state'], 'waits'>

/** Tokens of each answer. */
export const usage = { input: 1000, output: 200 }

/** A provider with a batch API: OpenAI's (files, batches, `/v1/responses`) and Anthropic's (message batches), after their published forms. */
export class BatchServer {
  readonly batches: Held[] = []
  /** Paths of requests that were not for a batch. */
  readonly ordinary: string[] = []
  /** What goes wrong with the next batch that is created: nothing, or the line dies before or after it is taken. */
  trouble: 'none' | 'cut before' | 'cut after' | 'refuses' = 'none'
  /** How often a batch is looked at before it is answered by itself; never, unless it is set. */
  endsAtLook = Number.POSITIVE_INFINITY
  /** The base of either protocol. */
  url = ''
  readonly #says = '{"output":{"body":"fine"}}'
  readonly #files = new Map<string, string>()
  readonly #now: () => number
  readonly #server = createServer((incoming, response) => {
    void textOf(incoming).then((text) => this.#answer(incoming.method ?? '', incoming.url ?? '', text, response))
  })

  /** `now` in seconds since 1970. */
  static async open(now: () => number): Promise<BatchServer> {
    const server = new BatchServer(now)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    server.url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}/v1`
    return server
  }

  private constructor(now: () => number) {
    this.#now = now
  }

  /** Ends all batches that wait, in this way. */
  end(how: End): void {
    for (const held of this.batches) if (held.state === 'waits') held.state = how
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #answer(method: string, url: string, text: string, response: ServerResponse): unknown {
    const path = url.replace(/^\/v1/, '').replace(/\?.*$/, '')
    const [, root = '', id = '', verb = ''] = path.replace('/messages/batches', '/message-batches').split('/')
    if (path === '/files') return json(response, 200, this.#keepFile(text))
    if (root === 'files') return void response.writeHead(200).end(this.#resultLine(id.replace('out-', '')))
    if (root !== 'batches' && root !== 'message-batches') return this.#ask(path, response)
    if (method === 'POST' && id === '') return this.#create(root, JSON.parse(text) as Request, response)
    this.#pass()
    const show = root === 'batches' ? openaiBatch : (held: Held) => anthropicBatch(held, this.url)
    if (id === '') return json(response, 200, { data: this.batches.toReversed().map(show), has_more: false })
    const held = this.batches.find((one) => one.id === id)
    if (!held) return json(response, 404, { error: { message: 'there is no such batch', type: 'not_found' } })
    if (verb === 'cancel' && held.state === 'waits') held.state = 'cancelled'
    if (verb === 'results') return void response.writeHead(200).end(anthropicLine(held, this.#says))
    return json(response, 200, show(held))
  }

  /** Each look at any of them counts for all. */
  #pass(): void {
    for (const held of this.batches) {
      held.looks += 1
      if (held.looks >= this.endsAtLook && held.state === 'waits') held.state = 'answered'
    }
  }

  #ask(path: string, response: ServerResponse): void {
    this.ordinary.push(path)
    const forms = { '/messages': message, '/chat/completions': chat } as Record<string, (text: string) => object>
    json(response, 200, (forms[path] ?? responseObject)(this.#says))
  }

  #create(root: string, asked: Request, response: ServerResponse): unknown {
    const { trouble } = this
    this.trouble = 'none'
    if (trouble === 'cut before') return void response.destroy()
    if (trouble === 'refuses') return json(response, 400, { error: { message: 'no batches for you', type: 'invalid' } })
    const openais = root === 'batches'
    const line = openais
      ? (JSON.parse(this.#files.get(asked.input_file_id ?? '') ?? '{}') as Line)
      : asked.requests?.[0]
    const id = `${openais ? 'batch' : 'msgbatch'}_${this.batches.length + 1}`
    const body = line?.body ?? line?.params ?? {}
    const held: Held = { id, customId: line?.custom_id ?? '', body, createdAt: this.#now(), looks: 0, state: 'waits' }
    this.batches.push(held)
    if (trouble === 'cut after') return void response.destroy()
    json(response, 200, openais ? openaiBatch(held) : anthropicBatch(held, this.url))
  }

  #keepFile(multipart: string): object {
    const id = `file-${this.#files.size + 1}`
    this.#files.set(id, /\{"custom_id".*\}/.exec(multipart)?.[0] ?? '')
    return {
      id,
      object: 'file',
      bytes: multipart.length,
      created_at: this.#now(),
      filename: 'b.jsonl',
      purpose: 'batch',
    }
  }

  #resultLine(id: string): string {
    const held = this.batches.find((one) => one.id === id)
    if (!held) return ''
    const response =
      held.state === 'answered'
        ? { status_code: 200, request_id: 'r1', body: responseObject(this.#says) }
        : { status_code: 400, body: { error: { message: 'bad request', type: 'invalid' } } }
    return `${JSON.stringify({ id: 'line-1', custom_id: held.customId, response, error: null })}\n`
  }
}

interface Line {
  readonly custom_id?: string
  readonly body?: Held['body']
  readonly params?: Held['body']
}

interface Request {
  readonly input_file_id?: string
  readonly requests?: readonly Line[]
}

function anthropicLine(held: Held, says: string): string {
  const results: Record<Held['state'], object> = {
    waits: {},
    answered: { type: 'succeeded', message: message(says) },
    expired: { type: 'expired' },
    cancelled: { type: 'canceled' },
    refused: { type: 'errored', error: { type: 'error', error: { type: 'invalid_request_error', message: 'bad' } } },
  }
  return `${JSON.stringify({ custom_id: held.customId, result: results[held.state] })}\n`
}

function anthropicBatch(held: Held, base: string): object {
  const ended = held.state !== 'waits'
  const counts = { processing: ended ? 0 : 1, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
  const at = new Date(held.createdAt * 1000).toISOString()
  const results_url = ended ? `${base}/messages/batches/${held.id}/results` : null
  return {
    ...{
      id: held.id,
      type: 'message_batch',
      processing_status: ended ? 'ended' : 'in_progress',
      request_counts: counts,
    },
    ...{ created_at: at, expires_at: at, ended_at: ended ? at : null, results_url },
  }
}

function openaiBatch(held: Held): object {
  const status = {
    waits: 'in_progress',
    answered: 'completed',
    expired: 'expired',
    cancelled: 'cancelled',
    refused: 'completed',
  }
  const output = held.state === 'answered' ? `out-${held.id}` : null
  return {
    ...{
      id: held.id,
      object: 'batch',
      endpoint: '/v1/responses',
      completion_window: '24h',
      created_at: held.createdAt,
    },
    ...{ status: status[held.state], output_file_id: output },
    error_file_id: held.state === 'refused' ? `out-${held.id}` : null,
  }
}

function responseObject(text: string): object {
  const content = [{ type: 'output_text', text, annotations: [] }]
  return {
    ...{
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      model: 'gpt-5-mini-2026',
      error: null,
      incomplete_details: null,
    },
    output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }],
    usage: { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.input + usage.output },
  }
}

function chat(content: string): object {
  return completion({ content }, tokens(usage.input, usage.output))
}

function message(text: string): object {
  return {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku', content: [{ type: 'text', text }] },
    ...{ stop_reason: 'end_turn', stop_sequence: null },
    usage: { input_tokens: usage.input, output_tokens: usage.output },
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
