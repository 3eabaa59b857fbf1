import type { Schedule } from '../../queue/schedule.ts'
import type { Tx } from '../../store/store.ts'
import type { ScheduleTerms } from '../../telemetry/event.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { Json } from '../../values/json.ts'

/** The input of a schedule, out of the event that set it. */
export async function inputOf(journal: Journal, { name, set_seq: seq }: Schedule, tx?: Tx): Promise<Json> {
  const [event] = await journal.at([seq], tx)
  if (event?.kind !== 'schedule.set' || !event.payload) throw new TypeError(`no event says what ${name} is given`)
  return event.payload.input
}

export async function termsOf(journal: Journal, row: Schedule, tx?: Tx): Promise<ScheduleTerms> {
  const { source, workflow, cron, time_zone: timeZone, catch_up: catchUp } = row
  return { source, workflow, cron, timeZone, catchUp, input: await inputOf(journal, row, tx) }
}
