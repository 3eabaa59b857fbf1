import { type Attributes as ApiAttributes, ValueType } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { MeterProvider, type PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { durationBounds, tokenBounds } from './gen-ai.ts'
import type { Measure } from './measures.ts'

/** How much there is of what, when it is asked. */
export interface Levels {
  readonly queue: readonly { readonly state: string; readonly count: number }[]
  readonly gates: readonly { readonly kind: string; readonly count: number }[]
  /** What the company may do now. */
  readonly mode: (typeof modes)[number]
  /** How many accounts are left alone. */
  readonly shut: number
}

const modes = ['normal', 'degraded', 'paused'] as const

export interface Instruments {
  measure(measure: Measure): void
  flush(): Promise<void>
  close(): Promise<void>
}

/** The metrics: two of the conventions for generative AI, and our own. */
export function openInstruments(
  resource: Resource,
  reader: PeriodicExportingMetricReader,
  version: string,
  levels: () => Promise<Levels>,
): Instruments {
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter('soloist', version)
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    description: 'Number of input and output tokens used.',
    unit: '{token}',
    valueType: ValueType.INT,
    advice: { explicitBucketBoundaries: tokenBounds },
  })
  const duration = meter.createHistogram('gen_ai.client.operation.duration', {
    description: 'GenAI operation duration.',
    unit: 's',
    advice: { explicitBucketBoundaries: durationBounds },
  })
  const tasks = meter.createCounter('soloist.tasks', { description: 'Attempts of tasks that ended.', unit: '{task}' })
  const effects = meter.createCounter('soloist.effects', { description: 'Effects that ended.', unit: '{effect}' })
  const cost = meter.createCounter('soloist.cost', { description: 'What was paid, in US dollars.', unit: 'USD' })
  const queue = meter.createObservableGauge('soloist.queue.depth', { description: 'Tasks by state.', unit: '{task}' })
  const gates = meter.createObservableGauge('soloist.gates.open', { description: 'Open gates.', unit: '{gate}' })
  const mode = meter.createObservableGauge('soloist.mode', { description: '1 for the mode that holds, 0 for others.' })
  const shut = meter.createObservableGauge('soloist.breakers.open', {
    description: 'Accounts of providers and adapters that are left alone.',
    unit: '{account}',
  })
  meter.addBatchObservableCallback(
    async (result) => {
      const now = await levels()
      for (const { state, count } of now.queue) result.observe(queue, count, { 'soloist.task.state': state })
      for (const { kind, count } of now.gates) result.observe(gates, count, { 'soloist.gate.kind': kind })
      for (const each of modes) result.observe(mode, each === now.mode ? 1 : 0, { 'soloist.mode': each })
      result.observe(shut, now.shut)
    },
    [queue, gates, mode, shut],
  )
  const record: Record<Measure['of'], (amount: number, attributes: ApiAttributes) => void> = {
    tokens: (amount, attributes) => tokens.record(amount, attributes),
    duration: (amount, attributes) => duration.record(amount, attributes),
    tasks: (amount, attributes) => tasks.add(amount, attributes),
    effects: (amount, attributes) => effects.add(amount, attributes),
    cost: (amount, attributes) => cost.add(amount, attributes),
  }
  return {
    measure: ({ of, amount, attributes }) => record[of](amount, known(attributes)),
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
  }
}

function known(attributes: Measure['attributes']): ApiAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as ApiAttributes
}
