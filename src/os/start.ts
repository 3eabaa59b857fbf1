import { chooseVersions } from '../executor/choose-version.ts'
import type { Kernel } from '../executor/kernel.ts'
import { type NewRun, startRun } from '../executor/start-run.ts'
import { check } from '../planner/check.ts'
import { estimate } from '../planner/estimate.ts'
import { drawing } from '../planner/picture.ts'
import type { Doers, Plan } from '../planner/plan.ts'
import type { AnyWorkflow } from '../planner/workflow.ts'
import { type Fault, Refusal, refuse } from '../values/fault.ts'
import { type RunId, randomIds } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import { didYouMean } from '../values/nearest.ts'
import type { Origin } from '../values/origin.ts'
import { parse } from '../values/schema.ts'
import type { Company } from './commands.ts'
import type { Config } from './config.ts'
import type { Planned } from './os.ts'
import { planDoers } from './plan-doers.ts'
import { refusePaused } from './upkeep/paused.ts'
import { factsWith } from './version-facts.ts'

/** The plan that a run of this workflow would get now, with all that stands in its way. Fault: `input.unknown`. */
export function planned(company: Company, name: string): Planned {
  const { kernel } = company
  const plan = workflowNamed(company.config, name).plan()
  const worst = estimate(plan, kernel.facts)
  return {
    plan,
    hash: contentHash(plan),
    faults: check(plan, kernel.facts),
    estimate: {
      cost: plan.budget?.cost ?? worst.cost,
      timeMs: plan.budget?.time ?? worst.time,
      gates: worst.gates.length,
    },
    picture: drawing(plan),
  }
}

/** Checks input and plan, then stores the run. Faults: `input.unknown`, `input.invalid`, `plan.*`, `queue.full`. */
export async function start(company: Company, name: string, input: Json, origin: Origin): Promise<RunId> {
  const run = await prepared(company, name, input, origin)
  await startRun(company.kernel, run)
  return run.id
}

/** A run that is checked and ready to be stored; its id is a new one when not said. Faults: `input.unknown`, `input.invalid`, `upkeep.not-possible`, `release.*`, `plan.*`. */
export async function prepared(
  { kernel, config }: { readonly kernel: Kernel; readonly config: Pick<Config, 'workflows'> },
  name: string,
  input: Json,
  origin: Origin,
  id: RunId = randomIds(kernel.clock.now).next('run'),
): Promise<NewRun> {
  const workflow = workflowNamed(config, name)
  const parsed = fittingInput(workflow, input)
  await refusePaused(kernel, name)
  const plan = workflow.plan()
  const folder = planDoers(plan, kernel).flatMap((doer) => kernel.artifacts.get(doer) ?? [])
  const artifacts = await chooseVersions(kernel, id, folder)
  const first = firstFault(factsWith(kernel, artifacts), plan, origin)
  if (first) throw new Refusal(first)
  return { id, workflow: name, plan: plan as Plan, input: parsed, origin, artifacts }
}

// A workflow's plan is one value for as long as the company is open, and so are the facts of what its folder has.
const checked = new WeakMap<Doers, WeakMap<Plan, Map<Origin, Fault | undefined>>>()

function firstFault(facts: Doers, plan: Plan, origin: Origin): Fault | undefined {
  const plans = checked.get(facts) ?? new WeakMap<Plan, Map<Origin, Fault | undefined>>()
  checked.set(facts, plans)
  const known = plans.get(plan) ?? new Map<Origin, Fault | undefined>()
  plans.set(plan, known)
  if (!known.has(origin)) known.set(origin, check(plan, facts, { sources: { input: origin } })[0])
  return known.get(origin)
}

/** The input as the workflow's schema reads it. Fault: `input.invalid`. */
export function fittingInput({ name, input: schema }: AnyWorkflow, input: Json): Json {
  const parsed = parse(schema, input)
  if (!parsed.ok) refuse('input.invalid', { what: `The input of ${name}`, why: parsed.why })
  return parsed.value as Json
}

/** Fault: `input.unknown`. */
export function workflowNamed(config: Pick<Config, 'workflows'>, name: string): AnyWorkflow {
  const workflows = config.workflows as readonly AnyWorkflow[]
  const found = workflows.find((workflow) => workflow.name === name)
  const names = workflows.map((workflow) => workflow.name)
  return (
    found ??
    refuse('input.unknown', { kind: 'workflow', name, nearest: didYouMean(name, names), command: 'soloist plan' })
  )
}
