import type { Json } from '../../values/json.ts'
import type { Usd } from '../../values/money.ts'
import type { Os } from '../os.ts'

/** A workflow in a list. */
export interface WorkflowLine {
  readonly name: string
  readonly lane: 'interactive' | 'background'
  readonly tasks: number
  readonly gates: number
  readonly budget: Usd | null
  readonly deadlineMs: number | null
  /** JSON Schema of its input. */
  readonly input: Json
  /** How many things stand in the way of a run. */
  readonly faults: number
}

/** The workflows of the config, by name. */
export function listWorkflows(os: Os): WorkflowLine[] {
  return os.config.workflows
    .map(({ name }) => os.plan(name))
    .map(({ plan, faults }) => ({
      name: plan.name,
      lane: plan.lane,
      tasks: plan.tasks.length,
      gates: plan.tasks.filter((task) => task.kind === 'gate').length,
      budget: plan.budget?.cost ?? null,
      deadlineMs: plan.deadline,
      input: plan.input,
      faults: faults.length,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
