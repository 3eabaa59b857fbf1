import { lookup } from 'node:dns/promises'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { refuse } from '../values/fault.ts'
import { isPublic } from './reach.ts'

/** Whom one may reach. */
export interface ReachLimits {
  /** Private addresses that are allowed after all, as `host:port` as it stands in the URL: `127.0.0.1:8080`. */
  readonly allowPrivate?: readonly string[]
  /** Names to addresses; default: the system's. */
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

/** An address of the web without a password in it. Fault: `fetch.refused`. */
export function webUrl(text: string): URL {
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

/** The one address that a connection to this host goes to. Every address of the name is checked. Faults: `fetch.refused`, `fetch.failed`. */
export async function addressOf(url: URL, signal: AbortSignal, limits: ReachLimits): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await stoppable((limits.resolve ?? systemResolve)(host), signal)
  const [first] = addresses
  if (first === undefined) refuse('fetch.failed', { url: url.href, why: `${host} has no address` })
  if (!isAllowed(url, limits) && !addresses.every(isPublic)) {
    refuse('fetch.refused', { url: url.href, why: `${host} is not an address on the public internet` })
  }
  return first
}

/** True for a host that may be reached although it is private. */
export function isAllowed(url: URL, { allowPrivate = [] }: ReachLimits): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return allowPrivate.includes(`${url.hostname}:${port}`)
}

/** Sends a request to exactly this address, whatever the name answers by now. */
export function ask(
  url: URL,
  address: string,
  what: Pick<RequestOptions, 'method' | 'headers' | 'signal'> & { readonly body?: Uint8Array },
): Promise<IncomingMessage> {
  const { body, ...rest } = what
  const options: RequestOptions = {
    ...rest,
    agent: false,
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
    request.end(body)
  })
}

/** Why a connection failed, in a word. */
export function reasonIn(error: unknown): string {
  const failure = error as NodeJS.ErrnoException
  return (failure.code ?? failure.message).slice(0, 200)
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((found) => found.address)
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
