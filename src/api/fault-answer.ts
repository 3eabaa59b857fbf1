import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Fault, type FaultCode, fault, Refusal } from '../values/fault.ts'

/** The HTTP status of a fault: by its code, else by the code's first word. */
function statusOf(code: FaultCode): ContentfulStatusCode {
  return byCode[code] ?? byWord[code.slice(0, code.indexOf('.'))] ?? 500
}

/** What was thrown, as an answer: `{ fault: { code, message, retry, next } }`, never a stack. A bug is reported and named so. */
export function faultAnswer(context: Context, thrown: unknown, bug: (error: unknown) => string): Response {
  return thrown instanceof Refusal
    ? answer(context, thrown.fault)
    : answer(context, fault('soloist.bug', { why: bug(thrown) }))
}

/** An answer to what was thrown, and to an address that there is not. */
export type Answer = (context: Context, thrown: unknown) => Response

export function unknownAddress(path: string): Refusal {
  const about = { kind: 'address', name: path, nearest: '', command: 'GET /api/openapi.json' }
  return new Refusal(fault('input.unknown', about))
}

function answer(context: Context, { code, message, retry, next, about }: Fault): Response {
  if (about.seconds !== undefined) context.header('retry-after', about.seconds)
  return context.json({ fault: { code, message, retry, next } }, statusOf(code))
}

const byCode: Partial<Record<FaultCode, ContentfulStatusCode>> = {
  'input.unknown': 404,
  'input.too-large': 413,
  'identity.unknown': 404,
  'knowledge.invalid': 400,
  'pointer.gone': 410,
  'identity.no-audience': 404,
  'identity.taken': 409,
  'identity.unmergeable': 409,
  'identity.no-merge': 404,
  'identity.no-relation': 404,
  'identity.busy': 409,
  'identity.in-doubt': 409,
  'store.owned': 409,
  'store.full': 507,
  'store.sealed': 409,
  'vault.forgotten': 410,
  'secret.missing': 409,
  'queue.full': 429,
  'grant.too-wide': 422,
  'taint.recipient': 422,
  'budget.exhausted': 402,
  'control.unfit': 422,
  'control.throttled': 429,
  'release.bad-shares': 400,
  'release.unfit': 422,
  'eval.none': 404,
  'eval.unfit': 422,
  'eval.broken': 422,
  'api.unauthorized': 401,
  'api.forbidden-origin': 403,
  'webhook.unsigned': 401,
  'webhook.method': 405,
  'webhook.type': 415,
  'webhook.slow': 408,
  'webhook.busy': 429,
}

const byWord: Readonly<Record<string, ContentfulStatusCode>> = {
  input: 400,
  csv: 400,
  vcard: 400,
  archive: 400,
  document: 400,
  plan: 422,
  budget: 422,
  run: 409,
  task: 409,
  queue: 409,
  function: 409,
  effect: 409,
  gate: 409,
  commitment: 409,
  knowledge: 409,
  memory: 409,
  newsletter: 409,
  pointer: 409,
  source: 409,
  backup: 409,
  grant: 409,
  schedule: 409,
  control: 409,
  release: 409,
  eval: 409,
  company: 409,
  config: 409,
  init: 409,
  upkeep: 409,
  wait: 409,
  webhook: 409,
  delivery: 502,
  subscription: 502,
  adapter: 502,
  mail: 502,
  feed: 502,
  fetch: 502,
  model: 502,
  agent: 502,
  store: 503,
  vault: 503,
}
