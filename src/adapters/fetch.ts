import { Refusal, refuse } from '../values/fault.ts'
import { type Duration, formatDuration, seconds } from '../values/time.ts'
import { bodyOf } from './body.ts'
import { addressOf, ask, type ReachLimits, reasonIn, webUrl } from './outside.ts'

/** What may be fetched. All limits are for the whole fetch with its redirects. */
export interface FetchLimits extends ReachLimits {
  /** Most bytes of the body, also after decompression; default 5,000,000. */
  readonly maxBytes?: number
  /** Default 20 s. */
  readonly timeout?: Duration
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
 * (not http or https, a private address, too many redirects), `fetch.gone` (404, 410), `fetch.failed` (everything else).
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
    const answer = await ask(url, await addressOf(url, signal, limits), { method: 'GET', headers, signal })
    const status = answer.statusCode ?? 0
    const to = answer.headers.location
    if (status >= 300 && status < 400 && to !== undefined) {
      answer.destroy()
      here = URL.parse(to, url)?.href ?? refuse('fetch.refused', { url: here, why: 'it redirects to no address' })
      continue
    }
    if (status !== 200) {
      answer.destroy()
      const why = `the server answered ${status}`
      refuse(status === 404 || status === 410 ? 'fetch.gone' : 'fetch.failed', { url: here, why })
    }
    const bytes = await bodyOf(answer, limits.maxBytes ?? 5_000_000, signal)
    return { url: url.href, type: answer.headers['content-type'] ?? '', bytes }
  }
  refuse('fetch.refused', { url: start, why: `it redirects more than ${mostRedirects} times` })
}

const headers = {
  'user-agent': 'soloist',
  accept: 'application/feed+json, application/atom+xml, application/rss+xml, application/xml, text/*;q=0.9, */*;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
}
