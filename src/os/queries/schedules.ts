import type { AnyWorkflow } from '../../planner/workflow.ts'
import { type Schedule, scheduleNamed } from '../../queue/schedule.ts'
import type { Fired, ScheduleTerms } from '../../telemetry/event.ts'
import { type Fault, faultIn, refuse } from '../../values/fault.ts'
import type { RunId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import type { LocalTime } from '../../values/local-time.ts'
import type { Instant } from '../../values/time.ts'
import type { Check, Os } from '../os.ts'
import { fittingInput, workflowNamed } from '../start.ts'

/** A schedule in a list. */
export interface ScheduleLine {
  readonly name: string
  readonly workflow: string
  readonly cron: string
  readonly timeZone: string
  readonly catchUp: ScheduleTerms['catchUp']
  readonly source: ScheduleTerms['source']
  readonly state: 'active' | 'paused'
  readonly input: Json
  /** `null` while it is paused. */
  readonly next: { readonly nominal: LocalTime; readonly at: Instant } | null
  /** The last occurrence that was started, or refused for good. */
  readonly last: { readonly nominal: LocalTime; readonly run: RunId | null } | null
  /** Why its last occurrence was not started. */
  readonly fault: Fault | null
}

/** All schedules by name. They are as many as the operator made. */
export async function listSchedules(os: Os): Promise<readonly ScheduleLine[]> {
  const rows = await os.store.read
    .selectFrom('schedules')
    .selectAll()
    .where('state', '<>', 'removed')
    .orderBy('name')
    .execute()
  return Promise.all(rows.map((row) => lineOf(os, row)))
}

/** Fault: `input.unknown`. */
export async function showSchedule(os: Os, name: string): Promise<ScheduleLine> {
  const row = await scheduleNamed(os.store.read, name)
  if (!row) refuse('input.unknown', { kind: 'schedule', name, nearest: '', command: 'soloist schedule list' })
  return lineOf(os, row)
}

/** What fires next, of all schedules. */
export async function nextScheduled(os: Os): Promise<{ name: string; at: Instant } | null> {
  const row = await os.store.read
    .selectFrom('schedules')
    .select(['name', 'next_at'])
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_at ? { name: row.name, at: row.next_at } : null
}

/** A schedule is well when its last occurrence was started, and its next one would be. */
export async function checkSchedules(os: Os): Promise<readonly Check[]> {
  const lines = await listSchedules(os)
  return lines.map((line) => ({ what: `schedule ${line.name}`, fault: line.fault ?? faultAhead(os, line) }))
}

function faultAhead(os: Os, { workflow, input }: ScheduleLine): Fault | null {
  try {
    const found: AnyWorkflow = workflowNamed(os.config, workflow)
    fittingInput(found, input)
    return null
  } catch (error) {
    return faultIn(error)
  }
}

async function lineOf(os: Os, row: Schedule): Promise<ScheduleLine> {
  const { name, workflow, cron, source, next_nominal: nominal, next_at: at } = row
  const events = await os.journal.at([row.set_seq, ...(row.refused_seq === null ? [] : [row.refused_seq])])
  const set = events.find((event) => event.kind === 'schedule.set')
  const refused = events.find((event) => event.kind === 'schedule.refused')
  const last = await os.store.read
    .selectFrom('occurrences')
    .select(['nominal', 'run_id'])
    .where('schedule', '=', name)
    .orderBy('nominal', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    name,
    workflow,
    cron,
    timeZone: row.time_zone,
    catchUp: row.catch_up,
    source,
    state: row.state === 'paused' ? 'paused' : 'active',
    input: set?.payload?.input ?? null,
    next: nominal === null || at === null ? null : { nominal, at },
    last: last ? { nominal: last.nominal, run: last.run_id } : null,
    fault: (refused?.payload as (Fired & { fault: Fault }) | null | undefined)?.fault ?? null,
  }
}
