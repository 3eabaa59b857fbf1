import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Operation } from '../os/operation.ts'
import { operations } from '../os/operations/registry.ts'
import type { Os } from '../os/os.ts'
import { fault, Refusal, refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { faultAnswer } from './fault-answer.ts'
import { ownAddressOnly, tokenOnly } from './guard.ts'
import { hooks } from './hooks.ts'
import { openApi, pathFields } from './openapi.ts'
import { eventStream } from './stream.ts'
import { unsubscribePages } from './unsubscribe.ts'

// 5 MB hold a CSV of some 50 000 people, in base64.
const largestBody = 5_000_000

export interface ApiOptions {
  readonly token: string
  /** Ends open event streams. */
  readonly stopping?: AbortSignal
  /** Hears of programmer's errors, which the client only sees as `soloist.bug`. */
  readonly onBug?: (error: unknown) => void
}

/**
 * The desk's HTTP API over an open company. `/api/health`, webhooks and the unsubscribe pages are open; all else wants the token. Every
 * fault is `{ fault: { code, message, retry, next } }` with a fitting status.
 */
export function api(os: Os, { token, stopping = new AbortController().signal, onBug }: ApiOptions): Hono {
  const app = new Hono()
  app.onError((error, context) => faultAnswer(context, error, bugTeller(os, onBug)))
  app.notFound((context) => {
    const about = { kind: 'address', name: context.req.path, nearest: '', command: 'GET /api/openapi.json' }
    return faultAnswer(context, new Refusal(fault('input.unknown', about)), String)
  })
  app.use(async (context, next) => {
    await next()
    context.header('cache-control', 'no-store')
    context.header('x-content-type-options', 'nosniff')
  })
  // Before the desk's own limit of bodies: it has one of its own.
  app.route('/hooks', hooks(os))
  app.use(bodyLimit({ maxSize: largestBody, onError: refuseBody }))
  app.route('/unsubscribe', unsubscribePages(os))
  app.use('/api/*', ownAddressOnly(os.config.publicUrl))
  app.get('/api/health', (context) => context.json({ ok: true, soloist: os.config.name }))
  app.use('/api/*', tokenOnly(token))
  app.get('/api/openapi.json', (context) => context.json(openApi(operations) as object))
  app.get('/api/events/stream', eventStream(os, stopping))
  for (const operation of operations) serveOperation(app, os, operation)
  return app
}

function serveOperation(app: Hono, os: Os, operation: Operation): void {
  const { method, path } = operation.http
  const route = `/api${path.replace(/\{(\w+)\}/g, ':$1')}`
  const fields = pathFields(path)
  app.on(method, route, async (context) => {
    const given = method === 'get' ? context.req.query() : await bodyOf(context)
    for (const field of fields) given[field] = context.req.param(field)
    return context.json((await operation.perform(os, given)) as object)
  })
}

async function bodyOf(context: Context): Promise<Record<string, unknown>> {
  const text = await context.req.text()
  if (text === '') return {}
  const body = jsonIn(text)
  if (!isObject(body)) refuse('input.invalid', { what: 'The body', why: 'it is not a JSON object' })
  return { ...body }
}

function jsonIn(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    refuse('input.not-json', { source: 'The body', why: error.message })
  }
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuseBody(): never {
  refuse('input.too-large', { what: 'The body', size: 'larger', limit: `${largestBody} bytes` })
}

function bugTeller(os: Os, onBug: ApiOptions['onBug']): (error: unknown) => string {
  return (error) => {
    onBug?.(error)
    return os.vault.mask(error instanceof Error ? error.message : String(error))
  }
}
