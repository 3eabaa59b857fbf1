import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

/** A span as it arrived, its attributes as plain values. */
export interface Arrived {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1 is internal, 3 is client: https://github.com/open-telemetry/opentelemetry-proto */
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code?: number; readonly message?: string }
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A point of a metric as it arrived. */
export interface Point {
  readonly metric: string
  readonly unit: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly value: number | undefined
  readonly count: number | undefined
  readonly sum: number | undefined
  readonly bounds: readonly number[] | undefined
}

/** A collector of OpenTelemetry on loopback: takes OTLP over HTTP, as JSON, and keeps what arrives. */
export interface Receiver {
  readonly url: string
  readonly headers: IncomingHttpHeaders[]
  /** All bodies as they came, to look for what must not be there. */
  text(): string
  spans(): Arrived[]
  /** The last report of each metric. */
  points(): Point[]
  resource(): Readonly<Record<string, unknown>>
  /** What it answers from now on; default 200. */
  status: number
}

export async function receiver(): Promise<Receiver> {
  const bodies: { readonly path: string; readonly text: string }[] = []
  const headers: IncomingHttpHeaders[] = []
  const server = createServer(async (request, response) => {
    bodies.push({ path: request.url ?? '', text: await bodyOf(request) })
    headers.push(request.headers)
    response.writeHead(self.status, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  })
  const of = (path: string) => bodies.filter((body) => body.path === path).map((body) => JSON.parse(body.text))
  const self: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    status: 200,
    text: () => bodies.map((body) => body.text).join('\n'),
    spans: () => of('/v1/traces').flatMap(spansIn),
    points: () => of('/v1/metrics').slice(-1).flatMap(pointsIn),
    resource: () => attributes(of('/v1/traces')[0].resourceSpans[0].resource.attributes),
  }
  return self
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
}

// biome-ignore lint/suspicious/noExplicitAny: what comes over the wire is what the test is about
type Wire = any

function spansIn(body: Wire): Arrived[] {
  const scopes: Wire[] = body.resourceSpans.flatMap((one: Wire) => one.scopeSpans)
  return scopes.flatMap((scope) =>
    scope.spans.map((span: Wire) => ({ ...span, attributes: attributes(span.attributes) })),
  )
}

function pointsIn(body: Wire): Point[] {
  const scopes: Wire[] = body.resourceMetrics.flatMap((one: Wire) => one.scopeMetrics)
  return scopes.flatMap((scope) =>
    scope.metrics.flatMap(({ name, unit, ...data }: Wire) =>
      (data.sum ?? data.histogram ?? data.gauge).dataPoints.map((point: Wire) => ({
        metric: name,
        unit,
        attributes: attributes(point.attributes),
        value: point.asDouble ?? (point.asInt === undefined ? undefined : Number(point.asInt)),
        count: point.count === undefined ? undefined : Number(point.count),
        sum: point.sum,
        bounds: point.explicitBounds,
      })),
    ),
  )
}

function attributes(list: readonly Wire[]): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]))
}

function plain(value: Wire): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(plain)
  return value.stringValue ?? value.doubleValue ?? value.boolValue ?? Number(value.intValue)
}
