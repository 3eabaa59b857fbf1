import { type Fault, fault, refuse } from '../values/fault.ts'
import { parse } from '../values/schema.ts'
import type { Call } from './adapter.ts'
import type { Action } from './port.ts'

/** A provider's answer that has the shape of the port, or the fault `adapter.nonsense`. The effect itself has happened. */
export type Answer<O> = { readonly ok: true; readonly output: O } | { readonly ok: false; readonly fault: Fault }

/** Reads what an adapter gave, which is input like any other. Never throws. */
export function parseAnswer<I, O>(adapter: string, action: Action<I, O>, answer: unknown): Answer<O> {
  const parsed = parse(action.output, answer)
  if (parsed.ok) return { ok: true, output: parsed.value }
  return { ok: false, fault: fault('adapter.nonsense', { adapter, action: action.name, why: parsed.why }) }
}

/** To be called before anything is done: a call that is aborted by then is refused (`adapter.stopped`), not in doubt. */
export function refuseWhenStopped(adapter: string, action: string, call: Call): void {
  if (call.signal.aborted) refuse('adapter.stopped', { adapter, action })
}
