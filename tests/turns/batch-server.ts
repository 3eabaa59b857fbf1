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

/** A provider with a batch API: OpenAI's (files, batches, `/v1/responses`) and Anthropic's (message batches), after their published forms. */
export interface BatchServer {
  /** The base of either protocol. */
  readonly url: string
  readonly batches: readonly Held[]
  /** Requests that were not for a batch. */
  readonly ordinary: string[]
  /** Ends all batches that wait, in this way. */
  end(how: Exclude<Held['state'], 'waits'>): void
  /** What goes wrong with the next batch that is created: nothing, the line dies before it is taken, or after. */
  trouble: 'none' | 'cut before' | 'cut after' | 'refuses'
  /** How often a batch is looked at before it is answered by itself; never, unless it is set. */
  endsAtLook: number
  /** What is answered from now on. */
  says: string
  close(): Promise<void>
}

/** Tokens of each answer. */
export const usage = { input: 1000, output: 200 }

export async function batchServer(now: () => number): Promise<BatchServer> {
  const files = new Map<string, string>()
  const batches: Held[] = []
  const self = {
    batches,
    ordinary: [] as string[],
    trouble: 'none',
    says: '{"output":{"body":"fine"}}',
  } as BatchServer & {
    batches: Held[]
  }
  const server = createServer((incoming, response) => {
    void textOf(incoming).then((text) => answer(incoming.method ?? '', incoming.url ?? '', text, response))
  })

  function answer(method: string, url: string, text: string, response: ServerResponse): void {
    const path = url.replace(/^\/v1/, '').replace(/\?.*$/, '')
    const [, root = '', id = '', verb = ''] = path.replace('/messages/batches', '/message-batches').split('/')
    if (method === 'POST' && path === '/files') return json(response, 200, keepFile(text))
    if (method === 'GET' && root === 'files')
      return void response.writeHead(200).end(resultLine(id.replace('out-', '')))
    if (method === 'POST' && id === '' && (root === 'batches' || root === 'message-batches'))
      return create(root, JSON.parse(text) as Record<string, unknown>, response)
    const show = root === 'batches' ? openaiBatch : anthropicBatch
    if (root === 'batches' || root === 'message-batches') {
      if (id === '')
        return json(response, 200, { object: 'list', data: batches.toReversed().map(show), has_more: false })
      const held = batches.find((one) => one.id === id)
      if (!held) return json(response, 404, { error: { message: 'there is no such batch', type: 'not_found' } })
      held.looks += 1
      if (held.looks >= self.endsAtLook && held.state === 'waits') held.state = 'answered'
      if (verb === 'cancel' && held.state === 'waits') held.state = 'cancelled'
      if (verb === 'results') return void response.writeHead(200).end(`${JSON.stringify(anthropicLine(held))}\n`)
      return json(response, 200, show(held))
    }
    self.ordinary.push(path)
    const forms = { '/messages': message, '/chat/completions': chat } as Record<string, (text: string) => object>
    json(response, 200, (forms[path] ?? responseObject)(self.says))
  }

  function create(root: string, asked: Record<string, unknown>, response: ServerResponse): void {
    const { trouble } = self
    self.trouble = 'none'
    if (trouble === 'cut before') return void response.destroy()
    if (trouble === 'refuses') return json(response, 400, { error: { message: 'no batches for you', type: 'invalid' } })
    const request =
      root === 'batches'
        ? (JSON.parse(files.get(String(asked['input_file_id'])) ?? '{}') as Record<string, unknown>)
        : ((asked['requests'] as Record<string, unknown>[])[0] ?? {})
    const body = (request['body'] ?? request['params']) as Record<string, unknown>
    const id = `${root === 'batches' ? 'batch' : 'msgbatch'}_${batches.length + 1}`
    batches.push({ id, customId: String(request['custom_id']), body, createdAt: now(), looks: 0, state: 'waits' })
    if (trouble === 'cut after') return void response.destroy()
    json(response, 200, (root === 'batches' ? openaiBatch : anthropicBatch)(batches.at(-1) as Held))
  }

  function keepFile(multipart: string): object {
    const id = `file-${files.size + 1}`
    files.set(id, /\{"custom_id".*\}/.exec(multipart)?.[0] ?? '')
    return { id, object: 'file', bytes: multipart.length, created_at: now(), filename: 'batch.jsonl', purpose: 'batch' }
  }

  function resultLine(id: string): string {
    const held = batches.find((one) => one.id === id)
    if (!held) return ''
    const line =
      held.state === 'answered'
        ? { response: { status_code: 200, request_id: 'r1', body: responseObject(self.says) }, error: null }
        : { response: { status_code: 400, body: { error: { message: 'bad request', type: 'invalid' } } }, error: null }
    return `${JSON.stringify({ id: 'line-1', custom_id: held.customId, ...line })}\n`
  }

  function anthropicLine(held: Held): object {
    const results: Record<Held['state'], object> = {
      waits: {},
      answered: { type: 'succeeded', message: message(self.says) },
      expired: { type: 'expired' },
      cancelled: { type: 'canceled' },
      refused: { type: 'errored', error: { type: 'error', error: { type: 'invalid_request_error', message: 'bad' } } },
    }
    return { custom_id: held.customId, result: results[held.state] }
  }

  function anthropicBatch(held: Held): object {
    const ended = held.state !== 'waits'
    const counts = { processing: ended ? 0 : 1, succeeded: 0, errored: 0, canceled: 0, expired: 0 }
    const at = new Date(held.createdAt * 1000).toISOString()
    const results_url = ended ? `${self.url}/messages/batches/${held.id}/results` : null
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

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(self, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    end(how: Exclude<Held['state'], 'waits'>) {
      for (const held of batches) if (held.state === 'waits') held.state = how
    },
    close() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
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
