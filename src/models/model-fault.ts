import {
  AISDKError,
  APICallError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  NoContentGeneratedError,
  TypeValidationError,
} from '@ai-sdk/provider'
import { type Fault, fault, Refusal } from '../values/fault.ts'
import { type Duration, milliseconds, seconds } from '../values/time.ts'
import type { OpenModel } from './open.ts'

/** Who was asked. */
interface Asked extends Pick<OpenModel, 'hide'> {
  readonly choice: Pick<OpenModel['choice'], 'name'>
}

/**
 * What went wrong in a model call, as a fault: `model.unreachable` when another try may help (no connection, a time-out, 408, 409,
 * 425, 429, 5xx, an answer outside the protocol), `model.refused` when it cannot (the key, the model's name, the request, the bill).
 * No message holds a secret. What is not a provider's error is a programmer's, and is thrown on.
 */
export function modelFault(caught: unknown, { choice, hide }: Asked, signal: AbortSignal): Fault {
  if (caught instanceof Refusal) return caught.fault
  if (signal.aborted) return signal.reason instanceof Refusal ? signal.reason.fault : unreachable('it was stopped')
  if (APICallError.isInstance(caught)) return callFault(caught)
  if (isAbort(caught)) return unreachable('the connection was cut')
  if (badAnswers.some((kind) => kind.isInstance(caught)))
    return unreachable('it answered with something that is no answer')
  if (AISDKError.isInstance(caught)) return refused(caught.message)
  throw caught

  function callFault(error: APICallError): Fault {
    const { statusCode: status } = error
    if (status === undefined) return unreachable(error.message)
    // A success that cannot be read: a proxy's login page, a body cut short.
    if (status < 300) return unreachable(`it answered ${status} with something that is no answer`)
    const why = `${status} ${error.message}`
    if (status < 500 && !passing.has(status)) return refused(why)
    const pause = retryAfter(error.responseHeaders ?? {})
    const late = unreachable(why)
    return pause === undefined ? late : { ...late, about: { ...late.about, retryAfterMs: String(pause) } }
  }

  function unreachable(why: string): Fault {
    return fault('model.unreachable', { model: choice.name, why: line(hide(why)) })
  }

  function refused(why: string): Fault {
    return fault('model.refused', { model: choice.name, why: line(hide(why)) })
  }
}

// Statuses below 500 that another try may cure: time-out, conflict, too early, too many requests.
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429])
const badAnswers = [
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  NoContentGeneratedError,
  TypeValidationError,
]
const longestWhy = 300

/** How long the provider asks us to wait, by `retry-after-ms` (OpenAI) or `Retry-After` (RFC 9110 §10.2.3, seconds or a date). */
function retryAfter(headers: Readonly<Record<string, string>>): Duration | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (exact >= 0) return milliseconds(exact)
  const given = headers['retry-after']
  if (given === undefined) return undefined
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(given)) return seconds(Number(given))
  // A date counts from the server's own clock, which it also sent: ours may be wrong.
  const pause = Date.parse(given) - Date.parse(headers.date ?? '')
  return pause >= 0 ? milliseconds(pause) : undefined
}

function isAbort(caught: unknown): boolean {
  return caught instanceof Error && (caught.name === 'AbortError' || caught.name === 'TimeoutError')
}

/** One line, so that a provider's page of HTML does not become a message. */
function line(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  return flat.length > longestWhy ? `${flat.slice(0, longestWhy)}…` : flat
}
