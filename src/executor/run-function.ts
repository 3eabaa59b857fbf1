import type { PureFunction } from '../agents/agent.ts'
import { fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { parse } from '../values/schema.ts'
import type { Attempt } from './attempt.ts'
import type { AttemptEnd } from './ending.ts'
import { staleInput } from './stale.ts'
import type { Inputs } from './values.ts'

/** Computes a pure function. What it throws is a fault of its author's code, told in one line. */
export async function runFunction(
  attempt: Attempt,
  doer: PureFunction<unknown, unknown>,
  inputs: Inputs,
): Promise<AttemptEnd> {
  const parsed = parse(doer.input, inputs.value)
  if (!parsed.ok) return staleInput(attempt, doer.name, parsed.why)
  const result = compute(doer, parsed.value)
  if (!result.ok) return { kind: 'fault', fault: fault('function.failed', { name: doer.name, why: result.why }) }
  const output = parse(doer.output, result.value)
  if (!output.ok)
    return { kind: 'fault', fault: fault('function.failed', { name: doer.name, why: `its output: ${output.why}` }) }
  const outcome = {
    output: output.value as Json,
    cost: microUsd(0),
    madeBy: { doer: doer.name },
    sources: inputs.sources,
  }
  return { kind: 'done', outcome, origin: inputs.origin }
}

type Computed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

function compute(doer: PureFunction<unknown, unknown>, input: unknown): Computed {
  try {
    return { ok: true, value: doer.run(input) }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}
