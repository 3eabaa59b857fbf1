import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deskProof } from '../os/desk-file.ts'
import type { Os } from '../os/os.ts'
import { refuse } from '../values/fault.ts'
import { type Answer, faultAnswer, unknownAddress } from './fault-answer.ts'
import { ownAddressOnly, tokenOnly } from './guard.ts'
import { hooks } from './hooks.ts'
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
  const answer: Answer = (context, error) => faultAnswer(context, error, bugTeller(os, onBug))
  app.onError((error, context) => answer(context, error))
  app.notFound((context) => answer(context, unknownAddress(context.req.path)))
  app.use(async (context, next) => {
    await next()
    context.header('cache-control', 'no-store')
    context.header('x-content-type-options', 'nosniff')
  })
  app.route('/hooks', hooks(os))
  app.route('/unsubscribe', unsubscribePages(os))
  app.use('/api/*', ownAddressOnly(os.config.publicUrl))
  app.get('/api/health', (context) => {
    const challenge = context.req.query('challenge')
    const proof = challenge === undefined ? {} : { proof: deskProof(token, challenge) }
    return context.json({ ok: true, soloist: os.config.name, ...proof })
  })
  app.use('/api/*', tokenOnly(token))
  // It holds a body that says no length in memory: of nobody who has not shown the token.
  app.use('/api/*', bodyLimit({ maxSize: largestBody, onError: refuseBody }))
  app.get('/api/events/stream', eventStream(os, stopping))
  app.all('/api/*', whenAsked(os, answer))
  return app
}

/** The operations, which are loaded when the desk asks for the first: a company that nobody looks at works without. */
function whenAsked(os: Os, answer: Answer): (context: Context) => Promise<Response> {
  let opened: Promise<Hono> | undefined
  return async (context) => {
    opened ??= import('./operations.ts').then(({ operationRoutes }) => operationRoutes(os, answer))
    return (await opened).fetch(context.req.raw)
  }
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
