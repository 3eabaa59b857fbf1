import type { Spread } from '../adapters/adapter.ts'
import type { AnyAction } from '../adapters/port.ts'
import { type Fault, fault, isFault } from '../values/fault.ts'
import { worstOrigin } from '../values/origin.ts'
import type { Instant } from '../values/time.ts'
import type { Attempt } from './attempt.ts'
import { callAdapter, type Single } from './call-adapter.ts'
import { through } from './door.ts'
import { type Ask, perform } from './effect.ts'
import type { Performed } from './ending.ts'
import { withKept } from './kept.ts'
import type { Kernel, OpenAdapter } from './kernel.ts'
import { originOf } from './outside-text.ts'
import { withPointers } from './pointers.ts'
import { refuseAgain } from './record.ts'

/**
 * Does one action: an effect where it leaves a trace, a plain call where it only reads. What it saw becomes pointers. `until`: when the
 * answer of a plain call is of use no longer; an effect is not cut off, for it would be in doubt.
 */
export async function act(attempt: Attempt, ask: Ask, until?: Instant): Promise<Performed> {
  const again = await refuseAgain(attempt, ask.action)
  if (again) return { kind: 'fault', fault: again }
  const performed = await actOnce(attempt, ask, until)
  return performed.kind === 'done' ? withKept(attempt, ask, await withPointers(attempt, ask, performed)) : performed
}

async function actOnce(attempt: Attempt, ask: Ask, until: Instant | undefined): Promise<Performed> {
  if (ask.action.effect !== 'none') return perform(attempt, ask)
  const answer = await through(attempt, ask.open, false, () => callAdapter(attempt, ask, ask.step, until))
  if (answer.kind === 'postponed') return answer
  if (answer.kind !== 'done') return { kind: 'fault', fault: answer.fault }
  const { output } = answer
  const origin = await originOf(attempt.kernel, ask, output)
  const taken = ask.action.from?.(output)
  return taken
    ? { kind: 'done', output, origin: worstOrigin([origin, taken.origin]), sources: taken.sources }
    : { kind: 'done', output, origin }
}

/** Who performs an action, and how. */
export interface Performer {
  readonly action: AnyAction
  readonly open: OpenAdapter
  readonly how: Single
}

/** The adapter that performs an action and how; fault `adapter.missing`. */
export function performerOf(
  kernel: Kernel,
  action: AnyAction,
): { readonly open: OpenAdapter; readonly how: Single | Spread<unknown, unknown, unknown> } | Fault {
  const open = kernel.adapters.get(action.name)
  const how = open?.adapter.actions[action.name.slice(action.name.indexOf('.') + 1)]
  return open && how ? { open, how } : fault('adapter.missing', { action: action.name })
}

/** The same for an action that is one effect; one of many parts cannot be a part or a tool itself. */
export function singlePerformerOf(
  kernel: Kernel,
  action: AnyAction,
): { readonly open: OpenAdapter; readonly how: Single } | Fault {
  const found = performerOf(kernel, action)
  if (isFault(found)) return found
  const { how, open } = found
  return how.idempotency === 'parts' ? fault('adapter.missing', { action: action.name }) : { open, how }
}
