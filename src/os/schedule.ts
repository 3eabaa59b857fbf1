import type { Workflow } from '../planner/workflow.ts'
import type { CatchUp } from '../queue/catch-up.ts'
import type { ConfiguredSchedule } from './config.ts'

/** When a workflow starts by itself. */
export interface ScheduleSpec<I, O> {
  /** Unique and permanent, like the name of a task: small letters, digits and hyphens. */
  readonly name: string
  /** One of the company's workflows. */
  readonly workflow: Workflow<I, O>
  /** Minute, hour, day of the month, month, day of the week, as in every cron: `0 9 * * MON-FRI`; or `@daily`, `@weekly`, `@monthly`. */
  readonly cron: string
  /** An IANA name. Default: the operator's. */
  readonly timeZone?: string
  /** What each of its runs is given. Fields that the schema fills in may be left out. Checked when the company opens. */
  readonly input?: Partial<NoInfer<I>>
  /** What becomes of the times that are missed while the company is off or paused: none is made up for, all by one run, or each. Default: `once`. */
  readonly catchUp?: CatchUp
}

/**
 * Starts a workflow when the clock on the wall says so: `schedule({ name: 'weekly', workflow: newsletter, cron: '0 9 * * MON' })`
 * in the config's `schedules`. An hour that the clock repeats fires once, one that it skips fires at its end.
 */
export function schedule<I, O>(spec: ScheduleSpec<I, O>): ConfiguredSchedule {
  return Object.freeze({ ...spec })
}
