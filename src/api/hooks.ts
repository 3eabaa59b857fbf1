import { type Context, Hono } from 'hono'
import type { Os } from '../os/os.ts'
import { fault, Refusal, refuse } from '../values/fault.ts'
import { formatDuration, later, seconds } from '../values/time.ts'

// The largest events of Stripe, Ghost and Shopify stay below; those of GitHub that do not are pushes of thousands of commits.
const largestBody = 1_000_000
// So many bodies are read at once, each within so long: 32 MB of memory at most, whoever sends slowly.
const mostAtOnce = 32
const longestReading = seconds(10)

/**
 * Where senders deliver their events: `POST /hooks/SOURCE`. Outside the operator's token: a delivery is known by its signature.
 * 200 says that the event is stored, also when it was before; anything else that it is not, and may be sent again.
 */
export function hooks(os: Os): Hono {
  const app = new Hono()
  let reading = 0
  app.all('/:source', async (context) => {
    refuseForm(context)
    if (reading >= mostAtOnce) {
      const about = { source: 'Everybody together', limit: `${mostAtOnce} events at once`, seconds: 1 }
      refuse('webhook.busy', about)
    }
    reading += 1
    const body = await bytesOf(os, context).finally(() => {
      reading -= 1
    })
    const header = (name: string): string | undefined => context.req.header(name)
    return context.json(await os.webhooks.receive(context.req.param('source'), { body, header }))
  })
  return app
}

function refuseForm(context: Context): void {
  const { method } = context.req
  if (method !== 'POST') refuse('webhook.method', { method })
  const type = (context.req.header('content-type') ?? 'nothing').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/([\w.-]+\+)?json$/.test(type)) refuse('webhook.type', { type: type.slice(0, 80) })
  if (Number(context.req.header('content-length') ?? 0) > largestBody) tooLarge()
}

/** The body as it was sent, to the byte: that is what was signed. */
async function bytesOf({ clock }: Os, context: Context): Promise<Uint8Array> {
  const reader = context.req.raw.body?.getReader()
  if (!reader) return new Uint8Array()
  const late = Promise.withResolvers<never>()
  late.promise.catch(() => undefined)
  const slow = fault('webhook.slow', { limit: formatDuration(longestReading) })
  const stop = clock.wake(later(clock.now(), longestReading), () => late.reject(new Refusal(slow)))
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late.promise])
      if (done) return Buffer.concat(chunks, size)
      size += value.length
      if (size > largestBody) tooLarge()
      chunks.push(value)
    }
  } catch (error) {
    reader.cancel().catch(() => undefined)
    throw error
  } finally {
    stop()
  }
}

function tooLarge(): never {
  refuse('input.too-large', { what: 'The body', size: 'larger', limit: `${largestBody} bytes` })
}
