import { lookup } from 'node:dns/promises'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { Refusal, refuse } from '../values/fault.ts'
import { type Duration, formatDuration, seconds } from '../values/time.ts'
import { bodyOf } from './body.ts'
import { isPublic } from './reach.ts'

/** What may be fetched. All limits are for the whole fetch with its redirects. */
export interface FetchLimits {
  /** Private addresses that are allowed after all, as `host:port` as it stands in the URL: `127.0.0.1:8080`. */
  readonly allowPrivate?: readonly string[]
  /** Most bytes of the body, also after decompression; default 5,000,000. */
  readonly maxBytes?: number
  /** Default 20 s. */
  readonly timeout?: Duration
  /** Names to addresses; default: the system's. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

/** What was fetched: `url` is where it came from in the end. */
export interface Fetched {
  readonly url: string
  readonly type: string
  readonly bytes: Buffer
}

const mostRedirects = 5

/**
 * Fetches an address that came from outside, with GET. Each hop's name is resolved once, every address of it is checked, and the
 * connection goes to exactly that address, so that a name cannot answer differently a moment later. Faults: `fetch.refused`
 * (not http or https, a private address, too many redirects), `fetch.failed` (everything else).
 */
export async function fetchOutside(url: string, signal: AbortSignal, limits: FetchLimits = {}): Promise<Fetched> {
  const timeout = limits.timeout ?? seconds(20)
  const timer = AbortSignal.timeout(timeout)
  const both = AbortSignal.any([signal, timer])
  try {
    return await follow(url, both, limits)
  } catch (error) {
    if (error instanceof Refusal) throw error
    const late = timer.aborted && `it took longer than ${formatDuration(timeout)}`
    refuse('fetch.failed', { url, why: late || (signal.aborted ? 'it was stopped' : reasonIn(error)) })
  }
}

async function follow(start: string, signal: AbortSignal, limits: FetchLimits): Promise<Fetched> {
  let here = start
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const url = webUrl(here)
    const answer = await ask(url, await addressOf(url, signal, limits), signal)
    const status = answer.statusCode ?? 0
    const to = answer.headers.location
    if (status >= 300 && status < 400 && to !== undefined) {
      answer.destroy()
      here = URL.parse(to, url)?.href ?? refuse('fetch.refused', { url: here, why: 'it redirects to no address' })
      continue
    }
    if (status !== 200) {
      answer.destroy()
      refuse('fetch.failed', { url: here, why: `the server answered ${status}` })
    }
    const bytes = await bodyOf(answer, limits.maxBytes ?? 5_000_000, signal)
    return { url: url.href, type: answer.headers['content-type'] ?? '', bytes }
  }
  refuse('fetch.refused', { url: start, why: `it redirects more than ${mostRedirects} times` })
}

function webUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) refuse('fetch.refused', { url: text, why: 'it is not an address' })
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    refuse('fetch.refused', { url: text, why: 'only http and https are fetched' })
  }
  if (url.username !== '' || url.password !== '') {
    refuse('fetch.refused', { url: `${url.origin}${url.pathname}`, why: 'it carries a password' })
  }
  return url
}

async function addressOf(url: URL, signal: AbortSignal, limits: FetchLimits): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const addresses = isIP(host) ? [host] : await stoppable((limits.resolve ?? systemResolve)(host), signal)
  const [first] = addresses
  if (first === undefined) refuse('fetch.failed', { url: url.href, why: `${host} has no address` })
  const allowed = limits.allowPrivate?.includes(`${url.hostname}:${port}`) === true
  if (!allowed && !addresses.every(isPublic)) {
    refuse('fetch.refused', { url: url.href, why: `${host} is not an address on the public internet` })
  }
  return first
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((found) => found.address)
}

function ask(url: URL, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = {
    method: 'GET',
    agent: false,
    signal,
    headers: {
      'user-agent': 'soloist',
      accept:
        'application/feed+json, application/atom+xml, application/rss+xml, application/xml, text/*;q=0.9, */*;q=0.5',
      'accept-encoding': 'gzip, deflate, br',
    },
    // The pin: whoever asks for this connection's address gets the one that was checked.
    lookup: (_host, { all }, done) => {
      const family = isIP(address)
      if (all) done(null, [{ address, family }])
      else done(null, address, family)
    },
  }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve)
    request.on('error', reject)
    request.end()
  })
}

// The system's resolver cannot be stopped; its answer is then nobody's.
function stoppable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('stopped'))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function reasonIn(error: unknown): string {
  const failure = error as NodeJS.ErrnoException
  return (failure.code ?? failure.message).slice(0, 200)
}
