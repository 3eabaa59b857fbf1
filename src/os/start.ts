import { chooseVersions } from '../executor/choose-version.ts'
import { startRun } from '../executor/start-run.ts'
import { check } from '../planner/check.ts'
import { estimate } from '../planner/estimate.ts'
import { drawing } from '../planner/picture.ts'
import type { Plan } from '../planner/plan.ts'
import type { AnyWorkflow } from '../planner/workflow.ts'
import { Refusal, refuse } from '../values/fault.ts'
import { type RunId, randomIds } from '../values/id.ts'
import { contentHash, type Json } from '../values/json.ts'
import { didYouMean } from '../values/nearest.ts'
import type { Origin } from '../values/origin.ts'
import { parse } from '../values/schema.ts'
import type { Company } from './commands.ts'
import type { Planned } from './os.ts'
import { planDoers } from './plan-doers.ts'
import { factsWith } from './version-facts.ts'

/** The plan that a run of this workflow would get now, with all that stands in its way. Fault: `input.unknown`. */
export function planned(company: Company, name: string): Planned {
  const { kernel } = company
  const plan = workflowNamed(company, name).plan()
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
  const { kernel } = company
  const workflow = workflowNamed(company, name)
  const parsed = parse(workflow.input, input)
  if (!parsed.ok) refuse('input.invalid', { what: `The input of ${name}`, why: parsed.why })
  const plan = workflow.plan()
  const id = randomIds(kernel.clock.now).next('run')
  const folder = planDoers(plan, kernel).flatMap((doer) => kernel.artifacts.get(doer) ?? [])
  const artifacts = await chooseVersions(kernel, id, folder)
  const [first] = check(plan, factsWith(kernel, artifacts), { sources: { input: origin } })
  if (first) throw new Refusal(first)
  await startRun(kernel, { id, workflow: name, plan: plan as Plan, input: parsed.value as Json, origin, artifacts })
  return id
}

function workflowNamed({ config }: Company, name: string): AnyWorkflow {
  const workflows = config.workflows as readonly AnyWorkflow[]
  const found = workflows.find((workflow) => workflow.name === name)
  const names = workflows.map((workflow) => workflow.name)
  return (
    found ??
    refuse('input.unknown', { kind: 'workflow', name, nearest: didYouMean(name, names), command: 'soloist plan' })
  )
}
