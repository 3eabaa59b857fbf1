import type { CompanySpec } from '../../src/os/config.ts'
import type { AnyWorkflow } from '../../src/planner/workflow.ts'
import type { Json } from '../../src/values/json.ts'

/** What a company of these tests does: one run of one workflow, to its end, and back if it is undone. */
export interface Work {
  readonly workflow: AnyWorkflow
  readonly input: Json
  readonly spec: Pick<CompanySpec, 'workflows' | 'agents' | 'adapters' | 'models'>
  /** Files of the agents' folder. */
  readonly instructions: Readonly<Record<string, string>>
  /** Whether the operator sends back the first work that is shown to them. */
  readonly returns: boolean
  /** Whether the operator undoes the run once it is done. */
  readonly undo: boolean
}
