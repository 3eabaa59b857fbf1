import { Refusal, refuse } from '../values/fault.ts'
import { type Duration, formatDuration, milliseconds, seconds } from '../values/time.ts'
import { addressOf, ask, isAllowed, type ReachLimits, reasonIn, webUrl } from './outside.ts'

/** What a server said to a post: its status, and how long it asks us to wait. Its body is nobody's. */
export interface Posted {
  readonly status: number
  readonly retryAfter: Duration | null
}

export interface PostLimits extends ReachLimits {
  /** Default 15 s. */
  readonly timeout?: Duration
}

/**
 * Posts to an address as `fetchOutside` fetches from one: checked, pinned. It follows no redirect, and speaks plain http only to
 * private addresses that are allowed. Faults: `fetch.refused`, `fetch.failed`.
 */
export async function postOutside(
  address: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
  signal: AbortSignal,
  limits: PostLimits = {},
): Promise<Posted> {
  const timeout = limits.timeout ?? seconds(15)
  const timer = AbortSignal.timeout(timeout)
  const both = AbortSignal.any([signal, timer])
  const url = postUrl(address, limits)
  try {
    const headers = { 'user-agent': 'soloist', 'content-length': String(message.body.length), ...message.headers }
    const to = await addressOf(url, both, limits)
    const answer = await ask(url, to, { method: 'POST', headers, signal: both, body: message.body })
    answer.destroy()
    return { status: answer.statusCode ?? 0, retryAfter: retryAfter(answer.headers['retry-after']) }
  } catch (error) {
    if (error instanceof Refusal) throw error
    const late = timer.aborted && `it took longer than ${formatDuration(timeout)}`
    refuse('fetch.failed', { url: url.host, why: late || (signal.aborted ? 'it was stopped' : reasonIn(error)) })
  }
}

/** An address that may be posted to. Fault: `fetch.refused`. */
export function postUrl(address: string, limits: ReachLimits): URL {
  const url = webUrl(address)
  if (url.protocol === 'https:' || isAllowed(url, limits)) return url
  refuse('fetch.refused', { url: url.host, why: 'it is sent over https only, or to an address in allowPrivate' })
}

// A date is not understood: it would be theirs, by their clock.
function retryAfter(text: string | undefined): Duration | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? milliseconds(Number(text) * 1000) : null
}
