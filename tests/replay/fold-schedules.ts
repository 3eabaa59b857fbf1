import type { Row } from '../../src/store/tables.ts'
import type { Fired, Moment } from '../../src/telemetry/event.ts'
import { known, type Told } from './told.ts'

type Schedule = Row<'schedules'>
type Occurrence = Row<'occurrences'>
type ScheduleEvent = Extract<Told, { kind: `schedule.${string}` }>

/** The schedules and their occurrences as the journal tells them. */
export function foldSchedules(events: readonly Told[]): { schedules: Schedule[]; occurrences: Occurrence[] } {
  const schedules = new Map<string, Schedule>()
  const occurrences: Occurrence[] = []
  const change = (name: string, to: Partial<Schedule>): void => {
    schedules.set(name, { ...known(schedules.get(name), name), ...to })
  }
  for (const event of events) {
    if (event.kind === 'run.started' && event.payload.schedule) {
      const { schedule } = event.payload
      occurrences.push(occurrenceOf(schedule, { run_id: known(event.run ?? undefined, 'a run'), refused_seq: null }))
      change(schedule.name, { refused_seq: null, ...columnsOf(schedule.next) })
    }
    if (event.kind === 'schedule.set')
      schedules.set(event.payload.name, setBy(event, schedules.get(event.payload.name)))
    else if (event.kind.startsWith('schedule.')) {
      const of = event as ScheduleEvent
      change(of.payload.name, changedBy(of))
      if (of.kind === 'schedule.refused' && of.payload.next?.nominal !== of.payload.nominal)
        occurrences.push(occurrenceOf(of.payload, { run_id: null, refused_seq: of.seq }))
    }
  }
  return { schedules: [...schedules.values()], occurrences }
}

function setBy({ seq, payload }: Extract<Told, { kind: 'schedule.set' }>, before: Schedule | undefined): Schedule {
  const { name, source, workflow, cron, timeZone, catchUp, next } = payload
  return {
    name,
    source,
    workflow,
    cron,
    time_zone: timeZone,
    catch_up: catchUp,
    state: before?.state === 'paused' ? 'paused' : 'active',
    set_seq: seq,
    refused_seq: null,
    ...columnsOf(next),
  }
}

function changedBy(event: ScheduleEvent): Partial<Schedule> {
  switch (event.kind) {
    case 'schedule.paused':
      return { state: 'paused', ...columnsOf(null) }
    case 'schedule.resumed':
      return { state: 'active', ...columnsOf(event.payload.next) }
    case 'schedule.removed':
      return { state: 'removed', refused_seq: null, ...columnsOf(null) }
    case 'schedule.passed':
      return columnsOf(event.payload.next)
    case 'schedule.refused':
      return { refused_seq: event.seq, ...columnsOf(event.payload.next) }
    case 'schedule.set':
      return {}
    default:
      return event satisfies never
  }
}

function columnsOf(next: Moment | null): Pick<Schedule, 'next_nominal' | 'next_at'> {
  return { next_nominal: next?.nominal ?? null, next_at: next?.at ?? null }
}

function occurrenceOf({ name, nominal, at }: Fired, became: Pick<Occurrence, 'run_id' | 'refused_seq'>): Occurrence {
  return { schedule: name, nominal, due_at: at, ...became }
}
