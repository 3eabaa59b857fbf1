import type { Duration } from '../values/time.ts'
import type { Failure } from './breaker.ts'
import type { Verdict } from './call-failed.ts'

/**
 * What an error's HTTP status says of the account and of the bill. An error of the provider itself is not billed: Google says so of 400
 * and 500 (ai.google.dev, "Billing", FAQ), and OpenAI and Anthropic report no usage with one. A gateway in between (502, 504, Cloudflare's
 * 52x) may have lost an answer that was made; a filter that took the answer back is billed by Azure ("200 or 400", Microsoft Q&A 1632971).
 */
export function verdictOnStatus(status: number, body: string, pause: Duration | undefined): Verdict {
  const failure = failureOf(status, body)
  return {
    ...(failure === undefined ? {} : { failure }),
    ...(pause === undefined ? {} : { retryAfter: pause }),
    owed: (status < 500 && !filtered(status, body)) || unbilled.has(status) ? 'nothing' : 'unknown',
    // Another model of the account may be there, and may be free.
    ofAccount: status !== 404 && status !== 410,
  }
}

// 529: Anthropic is overloaded (docs, "Errors").
const unbilled: ReadonlySet<number> = new Set([500, 501, 503, 529])
const locked: ReadonlySet<number> = new Set([401, 402, 403])

// An empty purse is no crowd and no bad request, though OpenAI says so with 429, and Anthropic with 429 or 400.
const unpaid = /insufficient_quota|spend_limit_reached|credit balance is too low/

function failureOf(status: number, body: string): Failure | undefined {
  if ((status === 400 || status === 429) && unpaid.test(body)) return 'locked'
  if (status === 429) return 'limited'
  if (locked.has(status)) return 'locked'
  return status >= 500 || status === 408 || status === 409 || status === 425 ? 'down' : undefined
}

function filtered(status: number, body: string): boolean {
  return status === 400 && /content_?filter/i.test(body)
}
