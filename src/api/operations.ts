import { type Context, Hono } from 'hono'
import type { Operation } from '../os/operation.ts'
import { operations } from '../os/operations/registry.ts'
import type { Os } from '../os/os.ts'
import { refuse } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { type Answer, unknownAddress } from './fault-answer.ts'
import { openApi, pathFields } from './openapi.ts'

/** What the desk can ask, each under its address, and the description of it all. Who may ask is seen to before. */
export function operationRoutes(os: Os, answer: Answer): Hono {
  const app = new Hono()
  app.onError((error, context) => answer(context, error))
  app.notFound((context) => answer(context, unknownAddress(context.req.path)))
  app.get('/api/openapi.json', (context) => context.json(openApi(operations) as object))
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
