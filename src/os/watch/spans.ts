import type { Kernel } from '../../executor/kernel.ts'
import type { StoredEvent } from '../../telemetry/event.ts'
import type { TaskId } from '../../values/id.ts'
import { attemptSpans, lostAttempt } from './attempt-spans.ts'
import { effectSpan, gateSpan } from './held-spans.ts'
import type { Look } from './look.ts'
import { planSpan, runSpan } from './run-spans.ts'
import type { Span } from './span.ts'
import { chatSpan, toolSpan } from './step-spans.ts'

/** What a span is made from. */
export interface Ground {
  readonly kernel: Kernel
  readonly look: Look
  /** Personal text was asked for. */
  readonly content: boolean
}

/** An event of this kind, which has a run and can be read. */
export type Heard<K extends StoredEvent['kind']> = Extract<StoredEvent, { kind: K }> & {
  readonly payload: NonNullable<Extract<StoredEvent, { kind: K }>['payload']>
  readonly run: NonNullable<StoredEvent['run']>
}

/** The same, of a task. */
export type OfTask<K extends StoredEvent['kind']> = Heard<K> & { readonly task: TaskId }

/**
 * The spans that end with this event. Each is made whole when it ends, from the event and the rows: no state is kept between events,
 * so that a process which took the work over says the same as the one that began it.
 */
export async function spansOf(ground: Ground, event: StoredEvent): Promise<readonly Span[]> {
  if (event.run === null || event.payload === null) return []
  if (event.task !== null) return ofTask(ground, event as OfTask<StoredEvent['kind']>)
  switch (event.kind) {
    case 'task.added':
      return [await planSpan(ground, event as Heard<'task.added'>)]
    case 'run.done':
    case 'run.failed':
    case 'run.cancelled':
    case 'run.undone':
      return [await runSpan(ground, event as Heard<typeof event.kind>)]
    default:
      return []
  }
}

async function ofTask(ground: Ground, event: OfTask<StoredEvent['kind']>): Promise<readonly Span[]> {
  switch (event.kind) {
    case 'task.done':
    case 'task.failed':
    case 'task.retried':
    case 'task.postponed':
    case 'task.held':
    case 'task.spread':
      return attemptSpans(ground, event as OfTask<typeof event.kind>)
    case 'task.lost':
      return lostAttempt(ground, event as OfTask<'task.lost'>)
    case 'step.done':
      return stepSpans(ground, event as OfTask<'step.done'>)
    case 'step.failed':
      return [await chatSpan(ground, event as OfTask<'step.failed'>)]
    case 'effect.done':
    case 'effect.refused':
    case 'effect.unknown':
      return [await effectSpan(ground, event as OfTask<typeof event.kind>)]
    case 'gate.decided':
    case 'gate.expired':
      return [await gateSpan(ground, event as OfTask<typeof event.kind>)]
    default:
      return []
  }
}

async function stepSpans(ground: Ground, event: OfTask<'step.done'>): Promise<readonly Span[]> {
  if (event.payload.kind === 'model') return [await chatSpan(ground, event)]
  return event.payload.kind === 'tool' ? [await toolSpan(ground, event)] : []
}
