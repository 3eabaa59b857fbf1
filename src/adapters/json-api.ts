import { type Fault, fault, Refusal, refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { parse, type Schema } from '../values/schema.ts'
import { type Duration, milliseconds, seconds } from '../values/time.ts'
import type { Call } from './adapter.ts'
import { refuseWhenStopped } from './answer.ts'

/** A provider that speaks JSON over HTTP. */
export interface JsonApi {
  /** Its name in faults. */
  readonly adapter: string
  /** All requests go below this address, which ends in `/`. */
  readonly base: URL
  readonly fetch: typeof globalThis.fetch
  /** Those of every request, with the credentials. */
  readonly headers: (call: Call) => Readonly<Record<string, string>>
  /** What the provider says in the body of a refusal; `undefined` when it is none of its own. */
  readonly reasonIn: (body: unknown) => string | undefined
}

export interface ApiRequest<T> {
  readonly action: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: Json
  readonly answer: Schema<T>
}

/**
 * One request to a provider: what it answered, or `undefined` for 404. A GET changes nothing, so that whatever goes wrong with it
 * is refused (`adapter.unreachable`, `adapter.busy`, `adapter.refused`; `adapter.changed` for an answer of another shape). The
 * others may have acted: only what surely did not (no connection, a refusal of the provider's own) is a Refusal; everything else
 * is thrown as an error and leaves the effect in doubt, to be looked up.
 */
export async function askApi<T>(api: JsonApi, request: ApiRequest<T>, call: Call): Promise<T | undefined> {
  refuseWhenStopped(api.adapter, request.action, call)
  const { response, text } = await exchange(api, request, call)
  const { status } = response
  if (status === 404) return undefined
  if (status < 200 || status >= 300) throw refusalOf(api, request, response, text)
  const body = status === 204 ? { ok: true, value: null } : json(text)
  const parsed = body.ok ? parse(request.answer, body.value) : { ok: false as const, why: 'it is not JSON' }
  if (parsed.ok) return parsed.value
  if (acts(request)) throw new Error(`it answered ${status} with something that cannot be read: ${parsed.why}`)
  return refuse('adapter.changed', { adapter: api.adapter, action: request.action, why: parsed.why })
}

const acts = ({ method }: Pick<ApiRequest<unknown>, 'method'>): boolean => method !== 'GET'

// A page of posts with their texts is the largest thing that is read.
const mostBytes = 20_000_000

async function exchange(
  api: JsonApi,
  request: ApiRequest<unknown>,
  call: Call,
): Promise<{ response: Response; text: string }> {
  const { method, body } = request
  try {
    const response = await api.fetch(addressOf(api, request), {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...api.headers(call),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Credentials go to the address of the config and nowhere else; and a redirected POST would come back as a GET.
      redirect: 'manual',
      signal: call.signal,
    })
    return { response, text: await textOf(response) }
  } catch (error) {
    if (error instanceof Refusal) throw error
    const why = reasonOf(error)
    if (settled.test(why)) refuse('adapter.refused', { adapter: api.adapter, action: request.action, why })
    if (!acts(request) || neverArrived.test(why)) refuse('adapter.unreachable', { adapter: api.adapter, why })
    throw new Error(why)
  }
}

function addressOf(api: JsonApi, { path, query = {} }: ApiRequest<unknown>): URL {
  const address = new URL(path, api.base)
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === 'string' ? [value] : value) address.searchParams.append(name, one)
  return address
}

// No connection was made: nothing can have happened.
const neverArrived = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\b/
// A certificate that does not verify stays so until somebody changes something; no byte of the request was sent.
const settled = /^(CERT_|ERR_TLS|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_)/

function reasonOf(error: unknown): string {
  const failure = error as Error & { readonly cause?: NodeJS.ErrnoException }
  const { code, message } = (failure.cause as NodeJS.ErrnoException | undefined) ?? (failure as NodeJS.ErrnoException)
  return line(typeof code === 'string' ? `${code}: ${message}` : message)
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > mostBytes) throw new Error(`its answer is larger than ${mostBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function json(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false }
    throw error
  }
}

/** What a status outside 2xx means; an Error, and no Refusal, where the request may have been done all the same. */
function refusalOf(api: JsonApi, request: ApiRequest<unknown>, response: Response, text: string): Error {
  const { adapter } = api
  const { action } = request
  const body = json(text)
  const said = body.ok ? api.reasonIn(body.value) : undefined
  const why = line(`${response.status}${said === undefined ? '' : ` ${said}`}`)
  const { status } = response
  if (status >= 300 && status < 400) {
    const to = response.headers.get('location') ?? 'nowhere'
    return new Refusal(
      fault('adapter.refused', { adapter, action, why: `${status} it redirects to ${to.slice(0, 200)}` }),
    )
  }
  if (status === 409) return new Refusal(fault('adapter.conflict', { adapter, action, why }))
  if (status === 429 || (status === 503 && !acts(request))) return new Refusal(busy(adapter, why, response.headers))
  if (status < 500 && status !== 408) return new Refusal(fault('adapter.refused', { adapter, action, why }))
  if (!acts(request)) return new Refusal(fault('adapter.unreachable', { adapter, why }))
  return new Error(why)
}

function busy(adapter: string, why: string, headers: Headers): Fault {
  const pause = retryAfter(headers)
  const asked = fault('adapter.busy', { adapter, why })
  return pause === undefined ? asked : { ...asked, about: { ...asked.about, retryAfterMs: String(pause) } }
}

/** How long the provider asks us to wait (RFC 9110, 10.2.3): seconds, or a date, which counts from the server's own clock. */
function retryAfter(headers: Headers): Duration | undefined {
  const given = headers.get('retry-after')
  if (given === null) return undefined
  if (/^\s*\d+\s*$/.test(given)) return seconds(Number(given))
  const pause = Date.parse(given) - Date.parse(headers.get('date') ?? '')
  return pause >= 0 ? milliseconds(pause) : undefined
}

/** One line, so that a proxy's page of HTML does not become a message. */
function line(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 300)
}
