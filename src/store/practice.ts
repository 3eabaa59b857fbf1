import { type SqlBool, sql } from 'kysely'
import { isRepeat } from '../values/id.ts'
import type { Row } from './tables.ts'

/** The built-in workflow by which a version of an agent is put to an eval. */
export const evalWorkflow = 'eval'

/** True of a run that is only practice, an eval or a repeat of another run's task: it is nobody's work, and no sign of how a version does at it. */
export function isPractice({ id, workflow }: Pick<Row<'runs'>, 'id' | 'workflow'>): boolean {
  return workflow === evalWorkflow || isRepeat(id)
}

/**
 * True of a run that shows what a version makes of the work that it asks for, an eval or a replay. A shadow is none: it does what the
 * version would do beside the other, under what holds for both.
 */
export function isRehearsal({ workflow }: Pick<Row<'runs'>, 'workflow'>): boolean {
  return workflow === evalWorkflow || workflow.startsWith('replay:')
}

/** The opposite of practice in a query of `runs`: what is left out before a limit takes no place of what counts. */
export const isWork = sql<SqlBool>`(runs.workflow <> ${sql.lit(evalWorkflow)} and runs.id not glob 'run_again_*')`
