import { type Duration, milliseconds, seconds } from '../values/time.ts'

/** How long the provider asks us to wait, by `retry-after-ms` (OpenAI) or `Retry-After` (RFC 9110 §10.2.3, seconds or a date). */
export function retryAfter(headers: Readonly<Record<string, string>>): Duration | undefined {
  const exact = Number.parseFloat(headers['retry-after-ms'] ?? '')
  if (exact >= 0) return milliseconds(exact)
  const given = headers['retry-after']
  if (given === undefined) return undefined
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(given)) return seconds(Number(given))
  // A date counts from the server's own clock, which it also sent: ours may be wrong.
  const pause = Date.parse(given) - Date.parse(headers.date ?? '')
  return pause >= 0 ? milliseconds(pause) : undefined
}
