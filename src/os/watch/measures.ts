import type { StoredEvent } from '../../telemetry/event.ts'
import { between } from '../../values/time.ts'
import { modelAttributes, namedModel } from './gen-ai.ts'
import { effectOf, outcomeOf } from './held-spans.ts'
import type { Attributes } from './span.ts'
import type { Ground, Heard, OfTask } from './spans.ts'
import { modelOf, turnOf } from './step-spans.ts'

/** One measurement. `amount` is in the unit of its instrument. */
export interface Measure {
  readonly of: 'tokens' | 'duration' | 'tasks' | 'effects' | 'cost'
  readonly amount: number
  readonly attributes: Attributes
}

/** What an event adds to the metrics. */
export async function measuresOf(ground: Ground, event: StoredEvent): Promise<readonly Measure[]> {
  if (event.run === null || event.payload === null) return []
  switch (event.kind) {
    case 'step.done':
    case 'step.failed':
      return event.payload.kind === 'model' ? ofModel(ground, event as OfTask<typeof event.kind>) : []
    case 'task.done':
    case 'task.failed':
    case 'task.retried':
    case 'task.held':
    case 'task.lost':
    case 'task.skipped':
    case 'task.cancelled':
      return event.task === null ? [] : [await ofTask(ground, event as OfTask<typeof event.kind>)]
    case 'effect.done':
    case 'effect.refused':
    case 'effect.unknown':
    case 'effect.undone':
      return [await ofEffect(ground, event as Heard<typeof event.kind>)]
    case 'budget.settled':
      return [await ofBill(ground, event as Heard<'budget.settled'>)]
    default:
      return []
  }
}

function ofModel({ kernel }: Ground, event: OfTask<'step.done' | 'step.failed'>): readonly Measure[] {
  const model = modelAttributes(namedModel(kernel.models, modelOf(event)))
  const seconds = between(event.payload.startedAt ?? event.at, event.at) / 1000
  if (event.kind === 'step.failed') {
    return [{ of: 'duration', amount: seconds, attributes: { ...model, 'error.type': event.payload.fault.code } }]
  }
  const { usage, answered } = turnOf(event)
  const attributes = { ...model, 'gen_ai.response.model': answered?.model }
  const tokens = (type: 'input' | 'output', amount: number): Measure => ({
    of: 'tokens',
    amount,
    attributes: { ...attributes, 'gen_ai.token.type': type },
  })
  // The conventions forbid to report what was only guessed.
  const counted = usage.guessed ? [] : [tokens('input', usage.tokensIn), tokens('output', usage.tokensOut)]
  return [...counted, { of: 'duration', amount: seconds, attributes }]
}

async function ofTask({ look }: Ground, event: OfTask<StoredEvent['kind']>): Promise<Measure> {
  const { row } = await look.task(event.task)
  const { workflow } = await look.run(event.run)
  return {
    of: 'tasks',
    amount: 1,
    attributes: {
      'soloist.workflow': workflow,
      'soloist.task.kind': row.kind,
      'soloist.task.outcome': outcomeOf(event),
    },
  }
}

async function ofEffect(
  ground: Ground,
  event: Heard<'effect.done' | 'effect.refused' | 'effect.unknown' | 'effect.undone'>,
): Promise<Measure> {
  const { action, adapter } = await effectOf(ground, event.payload.key)
  const attributes = {
    'soloist.action': action,
    'soloist.adapter': adapter,
    'soloist.effect.outcome': outcomeOf(event),
  }
  return { of: 'effects', amount: 1, attributes }
}

async function ofBill({ look }: Ground, event: Heard<'budget.settled'>): Promise<Measure> {
  const { workflow } = await look.run(event.run)
  return { of: 'cost', amount: event.payload.actual / 1e6, attributes: { 'soloist.workflow': workflow } }
}
