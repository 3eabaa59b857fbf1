import { type AttributeValue, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Environment } from './endpoint.ts'
import { conventions } from './gen-ai.ts'
import { type Instruments, type Levels, openInstruments } from './instruments.ts'
import type { Attributes, Span } from './span.ts'

/** What sends spans and measurements to a collector. Nothing here throws for a collector that is not there. */
export interface Exporter {
  span(span: Span): void
  readonly measure: Instruments['measure']
  /** Sends what is there now. */
  flush(): Promise<void>
  /** The same, and stops. At most some seconds: a collector that is away holds no company up. */
  close(): Promise<void>
}

export interface ExporterOptions {
  readonly version: string
  readonly url: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly env: Environment
  /** Levels that are asked for when they are sent. */
  levels(): Promise<Levels>
  /** Hears how each sending ended: `undefined` when it arrived. */
  heard(why: string | undefined): void
}

// A collector on this machine answers in milliseconds. The usual 10 s would hold up every command while none is there.
const patience = 3000
// A run of some hundred tasks ends within one sending; the SDK's own 2048 spans would drop the rest.
const mostWaiting = 20_000

/** Loads nothing by itself, but importing this file does: it is imported where somebody asked for telemetry, and nowhere else. */
export function openExporter(options: ExporterOptions): Exporter {
  const { env, headers } = options
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'soloist', 'service.version': options.version }))
    .merge(detectResources({ detectors: [envDetector] }))
  const to = (signal: 'traces' | 'metrics') => ({
    headers: { ...headers },
    ...(options.url === undefined ? {} : { url: `${options.url.replace(/\/+$/, '')}/v1/${signal}` }),
    ...(env.OTEL_EXPORTER_OTLP_TIMEOUT === undefined ? { timeoutMillis: patience } : {}),
  })
  const ids = new GivenIds()
  const waiting = env.OTEL_BSP_MAX_QUEUE_SIZE === undefined ? { maxQueueSize: mostWaiting } : {}
  const provider = new BasicTracerProvider({
    resource,
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(listened(new OTLPTraceExporter(to('traces')), options.heard), waiting)],
  })
  const tracer = provider.getTracer('soloist', options.version, {
    schemaUrl: `https://opentelemetry.io/schemas/${conventions}`,
  })
  const interval = Number(env.OTEL_METRIC_EXPORT_INTERVAL)
  const reader = new PeriodicExportingMetricReader({
    exporter: listened(new OTLPMetricExporter(to('metrics')), options.heard),
    ...(interval > 0 ? { exportIntervalMillis: interval, exportTimeoutMillis: Math.min(interval, patience) } : {}),
  })
  const instruments = openInstruments(resource, reader, options.version, options.levels)
  return {
    span(span) {
      ids.next = span
      const parent = span.parent === null ? ROOT_CONTEXT : contextOf(span.trace, span.parent)
      const kind = span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL
      const begun = tracer.startSpan(span.name, { kind, startTime: span.start, attributes: attributesOf(span) }, parent)
      if (span.error)
        begun.setStatus({ code: SpanStatusCode.ERROR, ...(span.error.said ? { message: span.error.said } : {}) })
      begun.end(span.end)
    },
    measure: instruments.measure,
    async flush() {
      await Promise.allSettled([provider.forceFlush(), instruments.flush()])
    },
    async close() {
      await Promise.allSettled([provider.shutdown(), instruments.close()])
    },
  }
}

/** Attributes that have a value, as the API takes them. */
function attributesOf({ attributes, error }: Pick<Span, 'attributes' | 'error'>): Record<string, AttributeValue> {
  const all: Attributes = { ...attributes, 'error.type': error?.code }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
    string,
    AttributeValue
  >
}

function contextOf(traceId: string, spanId: string) {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true })
}

/** Spans have the ids that runs and tasks give them. Each is made and ended before the next. */
class GivenIds {
  next: Pick<Span, 'trace' | 'id'> = { trace: '', id: '' }

  generateTraceId = (): string => this.next.trace

  generateSpanId = (): string => this.next.id
}

interface Sending<T> {
  export(items: T, done: (result: { readonly code: number; readonly error?: Error }) => void): void
}

/** The same exporter, whose results somebody hears of. The SDK itself says nothing when nothing arrives. */
function listened<T, E extends Sending<T>>(exporter: E & Sending<T>, heard: ExporterOptions['heard']): E {
  const send = exporter.export.bind(exporter)
  exporter.export = (items, done) =>
    send(items, (result) => {
      heard(result.code === 0 ? undefined : (result.error?.message ?? 'it gave no reason'))
      done(result)
    })
  return exporter
}
