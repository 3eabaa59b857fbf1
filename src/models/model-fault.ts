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
import { CallFailed, type Verdict } from './call-failed.ts'
import { CutShort } from './listen.ts'
import type { OpenModel } from './open.ts'
import { retryAfter } from './retry-after.ts'
import { verdictOnStatus } from './status.ts'

/** Who was asked. */
interface Asked extends Pick<OpenModel, 'hide'> {
  readonly choice: Pick<OpenModel['choice'], 'name'>
}

/**
 * What went wrong in a model call: `model.unreachable` when another try may help (no connection, a time-out, 408, 409, 425, 429,
 * 5xx, an answer outside the protocol), `model.refused` when it cannot (the key, the model's name, the request, the bill). A call that
 * was stopped ends with the fault of its signal. No message holds a secret. What is not a provider's error is a programmer's, and is
 * thrown on.
 */
export function modelFault(caught: unknown, { choice, hide }: Asked, signal: AbortSignal): Refusal {
  if (caught instanceof Refusal) return caught
  if (signal.aborted)
    return signal.reason instanceof Refusal ? signal.reason : new Refusal(unreachable('it was stopped'))
  if (APICallError.isInstance(caught)) return callFault(caught)
  if (isAbort(caught)) return new CallFailed(unreachable('the connection was cut'), cut)
  if (caught instanceof CutShort) return new CallFailed(unreachable(caught.message), cut)
  if (badAnswers.some((kind) => kind.isInstance(caught)))
    return new CallFailed(unreachable('it answered with something that is no answer'), malformed)
  if (AISDKError.isInstance(caught)) return new CallFailed(refused(caught.message), ours)
  throw caught

  function callFault(error: APICallError): CallFailed {
    const { statusCode: status } = error
    if (status === undefined) return new CallFailed(unreachable(error.message), neverArrived(error) ? absent : cut)
    if (status < 300 && error.cause instanceof TypeError)
      return new CallFailed(unreachable('the connection was cut within the answer'), cut)
    // A success that cannot be read: a proxy's login page.
    if (status < 300)
      return new CallFailed(unreachable(`it answered ${status} with something that is no answer`), malformed)
    const why = `${status} ${error.message}`
    const pause = retryAfter(error.responseHeaders ?? {})
    const verdict = verdictOnStatus(status, error.responseBody ?? '', pause)
    if (status < 500 && !passing.has(status)) return new CallFailed(refused(why), verdict)
    const late = unreachable(why)
    const told = pause === undefined ? late : { ...late, about: { ...late.about, retryAfterMs: String(pause) } }
    return new CallFailed(told, verdict)
  }

  function unreachable(why: string): Fault {
    return fault('model.unreachable', { model: choice.name, why: line(hide(why)) })
  }

  function refused(why: string): Fault {
    return fault('model.refused', { model: choice.name, why: line(hide(why)) })
  }
}

const cut: Verdict = { failure: 'down', owed: 'unknown', ofAccount: true }
const absent: Verdict = { failure: 'down', owed: 'nothing', ofAccount: true }
const malformed: Verdict = { failure: 'malformed', owed: 'unknown', ofAccount: true }
// The SDK would not even send it.
const ours: Verdict = { owed: 'nothing', ofAccount: false }

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

// What the system says when no connection came about: no byte of the request has left.
const unconnected: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function neverArrived({ cause }: APICallError): boolean {
  return cause instanceof Error && 'code' in cause && unconnected.has(cause.code)
}

function isAbort(caught: unknown): boolean {
  return caught instanceof Error && (caught.name === 'AbortError' || caught.name === 'TimeoutError')
}

/** One line, so that a provider's page of HTML does not become a message. */
function line(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  return flat.length > longestWhy ? `${flat.slice(0, longestWhy)}…` : flat
}
