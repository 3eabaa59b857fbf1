import { type Occurrence, occurrenceAfter, occurrenceFrom } from '../../queue/occurrence.ts'
import {
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  type Schedule,
  scheduleNamed,
  setSchedule,
} from '../../queue/schedule.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Moment } from '../../telemetry/event.ts'
import { refuse } from '../../values/fault.ts'
import { didYouMean } from '../../values/nearest.ts'
import { configFile } from '../load-config.ts'
import { cronOf, define, type WantedSchedule } from './define.ts'
import type { ScheduleParts } from './schedules.ts'

/** Faults: `input.invalid`, `input.unknown`, `schedule.taken`. */
export async function addSchedule({ kernel, config }: ScheduleParts, wanted: WantedSchedule): Promise<void> {
  const { name } = wanted
  const { terms, cron } = define(config, wanted, 'operator')
  await kernel.store.write(async (tx) => {
    const taken = await scheduleNamed(tx.db, name)
    if (taken) refuse('schedule.taken', { name, where: whereIs(taken) })
    const next = occurrenceFrom(cron, terms.timeZone, kernel.clock.now()) ?? null
    await setSchedule(tx, kernel.journal, { name, terms, next, origin: 'operator' })
  })
}

export async function pause({ kernel }: ScheduleParts, name: string): Promise<void> {
  await kernel.store.write(async (tx) => {
    const row = await existing(tx.db, name)
    if (row.state === 'active') await pauseSchedule(tx, kernel.journal, name)
  })
}

export async function resume({ kernel }: ScheduleParts, name: string): Promise<void> {
  await kernel.store.write(async (tx) => {
    const row = await existing(tx.db, name)
    if (row.state !== 'paused') return
    const next = occurrenceFrom(cronOf(row.cron), row.time_zone, kernel.clock.now()) ?? null
    await resumeSchedule(tx, kernel.journal, name, next)
  })
}

/** Fault: `schedule.configured`. */
export async function remove({ kernel }: ScheduleParts, name: string): Promise<void> {
  await kernel.store.write(async (tx) => {
    const row = await existing(tx.db, name)
    if (row.source === 'config') refuse('schedule.configured', { name, file: configFile })
    await removeSchedule(tx, kernel.journal, { name, why: 'the operator removed it', origin: 'operator' })
  })
}

export async function nextTimes({ kernel }: ScheduleParts, name: string, count: number): Promise<readonly Moment[]> {
  const row = await existing(kernel.store.read, name)
  const cron = cronOf(row.cron)
  const times: Moment[] = []
  let next: Occurrence | undefined = occurrenceFrom(cron, row.time_zone, kernel.clock.now())
  while (next !== undefined && times.length < count) {
    times.push(next)
    next = occurrenceAfter(cron, row.time_zone, next.nominal)
  }
  return times
}

async function existing(db: Tx['db'] | Store['read'], name: string): Promise<Schedule> {
  const found = await scheduleNamed(db, name)
  if (found) return found
  const rows = await db.selectFrom('schedules').select('name').where('state', '<>', 'removed').execute()
  const near = didYouMean(
    name,
    rows.map((row) => row.name),
  )
  refuse('input.unknown', { kind: 'schedule', name, nearest: near, command: 'soloist schedule list' })
}

const whereIs = ({ source }: Schedule): string =>
  source === 'config' ? `in ${configFile}` : 'among those that you added'
