import type { AnyWorkflow } from '../../planner/workflow.ts'
import type { CatchUp } from '../../queue/catch-up.ts'
import { type Cron, readCron } from '../../queue/cron.ts'
import type { ScheduleTerms } from '../../telemetry/event.ts'
import { refuse } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import { isTimeZone } from '../../values/local-time.ts'
import type { Config } from '../config.ts'
import { fittingInput, workflowNamed } from '../start.ts'

/** A schedule as somebody wants it. */
export interface WantedSchedule {
  readonly name: string
  readonly workflow: string
  readonly cron: string
  readonly timeZone?: string | undefined
  readonly input?: Json | undefined
  readonly catchUp?: CatchUp | undefined
}

export interface Defined {
  readonly terms: ScheduleTerms
  readonly cron: Cron
}

/** Reads and checks a schedule whole, its input by the workflow's schema. Faults: `input.invalid`, `input.unknown`. */
export function define(
  config: Pick<Config, 'workflows' | 'operator'>,
  wanted: WantedSchedule,
  source: ScheduleTerms['source'],
): Defined {
  const { name, input = {}, timeZone = config.operator.timeZone, catchUp = 'once' } = wanted
  const what = `The schedule ${name}`
  if (!isScheduleName(name)) refuse('input.invalid', { what: `"${name}"`, why: notAScheduleName })
  if (!isTimeZone(timeZone))
    refuse('input.invalid', { what, why: `"${timeZone}" is not a time zone like Europe/Prague` })
  const cron = readCron(wanted.cron)
  if (!cron.ok) refuse('input.invalid', { what, why: cron.why })
  const workflow: AnyWorkflow = workflowNamed(config, wanted.workflow)
  fittingInput(workflow, input)
  // What is kept is what was given: a schema that changes later fills in its defaults anew.
  const terms = { source, workflow: workflow.name, cron: wanted.cron, timeZone, catchUp, input: plainJson(input, what) }
  return { terms, cron: cron.value }
}

/** The rule of a schedule that was read before. */
export function cronOf(text: string): Cron {
  const cron = readCron(text)
  if (!cron.ok) throw new TypeError(`a kept schedule cannot be read: ${cron.why}`)
  return cron.value
}

const isScheduleName = (name: string): boolean => /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(name)
const notAScheduleName = 'the name of a schedule has small letters, digits and hyphens, at most 64'

/** A config is code: its input may hold what no journal can. */
function plainJson(input: Json, what: string): Json {
  const text = JSON.stringify(input)
  if (text === undefined) refuse('input.invalid', { what, why: 'its input is not JSON' })
  return JSON.parse(text) as Json
}
