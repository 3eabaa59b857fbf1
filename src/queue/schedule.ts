import type { Store, Tx } from '../store/store.ts'
import type { Row } from '../store/tables.ts'
import type { Fired, Moment, ScheduleTerms } from '../telemetry/event.ts'
import type { Journal } from '../telemetry/journal.ts'
import type { Fault } from '../values/fault.ts'
import { companyIdentity, type RunId } from '../values/id.ts'
import type { Origin } from '../values/origin.ts'

/** A schedule as it stands: active, paused, or removed and kept for the sake of what it started. */
export type Schedule = Row<'schedules'>

/** The schedule of this name that is not removed. */
export async function scheduleNamed(db: Tx['db'] | Store['read'], name: string): Promise<Schedule | undefined> {
  const query = db.selectFrom('schedules').selectAll().where('name', '=', name).where('state', '<>', 'removed')
  return query.executeTakeFirst()
}

/** Makes or changes a schedule. What it waits for is `next`; a paused one stays paused, and what was refused is past. */
export async function setSchedule(
  tx: Tx,
  journal: Journal,
  change: {
    readonly name: string
    readonly terms: ScheduleTerms
    readonly next: Moment | null
    readonly origin: Origin
  },
): Promise<void> {
  const { name, terms, next, origin } = change
  const paused = (await scheduleNamed(tx.db, name))?.state === 'paused'
  const waits = paused ? null : next
  const payload = { name, ...terms, next: waits }
  const seq = await journal.append(tx, { kind: 'schedule.set', subject: companyIdentity, origin, payload })
  const row = {
    source: terms.source,
    workflow: terms.workflow,
    cron: terms.cron,
    time_zone: terms.timeZone,
    catch_up: terms.catchUp,
    state: paused ? ('paused' as const) : ('active' as const),
    set_seq: seq,
    refused_seq: null,
    ...columnsOf(waits),
  }
  await tx.db
    .insertInto('schedules')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}

/** From here on it does not fire. What falls due meanwhile is not missed: nobody asked for it. */
export async function pauseSchedule(tx: Tx, journal: Journal, name: string): Promise<void> {
  await journal.append(tx, { kind: 'schedule.paused', ...byOperator, payload: { name } })
  await update(tx, name, { state: 'paused', ...columnsOf(null) })
}

export async function resumeSchedule(tx: Tx, journal: Journal, name: string, next: Moment | null): Promise<void> {
  await journal.append(tx, { kind: 'schedule.resumed', ...byOperator, payload: { name, next } })
  await update(tx, name, { state: 'active', ...columnsOf(next) })
}

export async function removeSchedule(
  tx: Tx,
  journal: Journal,
  given: { readonly name: string; readonly why: string; readonly origin: Origin },
): Promise<void> {
  const { origin, ...payload } = given
  await journal.append(tx, { kind: 'schedule.removed', subject: companyIdentity, origin, payload })
  await update(tx, given.name, { state: 'removed', refused_seq: null, ...columnsOf(null) })
}

/** Occurrences were missed, and are not made up for. */
export async function passOver(
  tx: Tx,
  journal: Journal,
  passed: {
    readonly name: string
    readonly from: Moment['nominal']
    readonly until: Moment['nominal']
    readonly count: number | null
    readonly next: Moment | null
  },
): Promise<void> {
  await journal.append(tx, { kind: 'schedule.passed', ...bySystem, payload: passed })
  await update(tx, passed.name, columnsOf(passed.next))
}

/**
 * An occurrence has started a run, whose event says so. Its row goes with the run's in one transaction; a second one of the same
 * name is refused by its key.
 */
export async function recordFired(tx: Tx, { name, nominal, at, next }: Fired, run: RunId): Promise<void> {
  await tx.db
    .insertInto('occurrences')
    .values({ schedule: name, nominal, due_at: at, run_id: run, refused_seq: null })
    .execute()
  await update(tx, name, { refused_seq: null, ...columnsOf(next) })
}

/** An occurrence was due and could not start. Where trying again helps, it stays the one that is waited for. */
export async function recordRefused(tx: Tx, journal: Journal, fired: Fired, fault: Fault): Promise<void> {
  const { name, nominal, at, next } = fired
  const seq = await journal.append(tx, { kind: 'schedule.refused', ...bySystem, payload: { ...fired, fault } })
  if (next?.nominal !== nominal) {
    await tx.db
      .insertInto('occurrences')
      .values({ schedule: name, nominal, due_at: at, run_id: null, refused_seq: seq })
      .execute()
  }
  await update(tx, name, { refused_seq: seq, ...columnsOf(next) })
}

const byOperator = { subject: companyIdentity, origin: 'operator' } as const
const bySystem = { subject: companyIdentity, origin: 'system' } as const

function columnsOf(next: Moment | null): Pick<Schedule, 'next_nominal' | 'next_at'> {
  return { next_nominal: next?.nominal ?? null, next_at: next?.at ?? null }
}

async function update(tx: Tx, name: string, change: Partial<Schedule>): Promise<void> {
  await tx.db.updateTable('schedules').set(change).where('name', '=', name).execute()
}
