import type { AnyAction } from '../adapters/port.ts'
import type { Tx } from '../store/store.ts'
import { fault, isFault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { parse } from '../values/schema.ts'
import { isoInstant } from '../values/time.ts'
import { act, performerOf } from './act.ts'
import type { Attempt } from './attempt.ts'
import type { Ask } from './effect.ts'
import type { AttemptEnd, Performed } from './ending.ts'
import { holdOnChange } from './hold-changed.ts'
import { runParts } from './run-parts.ts'
import { holdStale, staleInput } from './stale.ts'
import type { Inputs } from './values.ts'

/** Performs a planned action; its output is the task's. */
export async function runAction(attempt: Attempt, action: AnyAction, inputs: Inputs): Promise<AttemptEnd> {
  const parsed = parse(action.input, inputs.value)
  if (!parsed.ok) return staleInput(attempt, action.name, parsed.why)
  const performer = performerOf(attempt.kernel, action)
  if (isFault(performer)) return { kind: 'fault', fault: performer }
  const { open, how } = performer
  const { origin, sources } = inputs
  const notBefore = action.notBefore?.(parsed.value) ?? null
  if (notBefore !== null && notBefore > attempt.kernel.clock.now()) {
    return {
      kind: 'postponed',
      until: notBefore,
      fault: fault('task.not-due', { task: attempt.task.name, at: isoInstant(notBefore) }),
    }
  }
  const held = await holdOnChange(attempt, action)
  if (held) return held
  const ask = { step: 'do', action, open, subject: attempt.task.subject, input: parsed.value as Json, origin, sources }
  if (how.idempotency === 'parts') return runParts(attempt, ask, how, inputs)
  const performed = await act(attempt, { ...ask, how })
  if (performed.kind === 'fault' && performed.fault.code === 'newsletter.changed')
    return holdChanged(attempt, performed)
  return performed.kind === 'done' ? doneBy(ask, performed, inputs) : performed
}

/** What lies at the provider is not what was approved: nothing went out, and the operator is told before anything does. */
async function holdChanged(attempt: Attempt, refused: Extract<AttemptEnd, { kind: 'fault' }>): Promise<AttemptEnd> {
  const held = await holdStale(attempt, refused.fault)
  if (held.kind !== 'held') return refused
  const also = async (tx: Tx): Promise<void> => {
    await refused.also?.(tx)
    await held.also?.(tx)
  }
  return { ...held, also }
}

/** The end of a task whose doer is an action. */
export function doneBy(
  ask: Pick<Ask, 'action'>,
  performed: Extract<Performed, { kind: 'done' }>,
  inputs: Inputs,
): AttemptEnd {
  const { output, origin, also, sources = [] } = performed
  const madeOf = [...new Set([...inputs.sources, ...sources])].sort((a, b) => a - b)
  const outcome = { output, cost: microUsd(0), madeBy: { doer: ask.action.name }, sources: madeOf }
  return { kind: 'done', outcome, origin, ...(also ? { also } : {}) }
}
