import type { PureFunction } from '../agents/agent.ts'
import { type Fault, fault } from '../values/fault.ts'
import type { Json } from '../values/json.ts'
import { microUsd } from '../values/money.ts'
import { parse, type Schema } from '../values/schema.ts'
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
  const computed = compute(doer, parsed.value, doer.output)
  if (!computed.ok) return { kind: 'fault', fault: computed.fault }
  const outcome = {
    output: computed.output,
    cost: microUsd(0),
    madeBy: { doer: doer.name },
    sources: inputs.sources,
  }
  return { kind: 'done', outcome, origin: inputs.origin }
}

export type Computed = { readonly ok: true; readonly output: Json } | { readonly ok: false; readonly fault: Fault }

/** What a pure function makes of an input that it takes, held to a schema. Fault: `function.failed`. */
export function compute(
  { name, run }: PureFunction<unknown, unknown>,
  input: unknown,
  wanted: Schema<unknown>,
): Computed {
  const result = attemptTo(() => run(input))
  if (!result.ok) return { ok: false, fault: fault('function.failed', { name, why: result.why }) }
  const output = parse(wanted, result.value)
  if (!output.ok) return { ok: false, fault: fault('function.failed', { name, why: `its output: ${output.why}` }) }
  return { ok: true, output: output.value as Json }
}

type Result = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

function attemptTo(work: () => unknown): Result {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}
