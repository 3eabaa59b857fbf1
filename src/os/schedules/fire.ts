import { heldBack } from '../../executor/hold-back.ts'
import { storeRun } from '../../executor/start-run.ts'
import { mostCaughtUp, settle } from '../../queue/catch-up.ts'
import type { Cron } from '../../queue/cron.ts'
import { dueSince, type Occurrence, occurrenceAfter } from '../../queue/occurrence.ts'
import { passOver, recordFired, recordRefused, type Schedule } from '../../queue/schedule.ts'
import type { Tx } from '../../store/store.ts'
import type { Fired } from '../../telemetry/event.ts'
import { type Fault, Refusal } from '../../values/fault.ts'
import { type Instant, later, minutes } from '../../values/time.ts'
import { prepared } from '../start.ts'
import type { AllWaiting } from './chore.ts'
import { cronOf } from './define.ts'
import type { ScheduleParts } from './schedules.ts'
import { inputOf } from './terms.ts'

// A queue that is full has room again when some tasks are done.
const pauseBetweenTries = minutes(1)

/** Starts all that is due by now, schedule by schedule, each occurrence in a transaction of its own. Faults: `store.*`. */
export async function fireDue(parts: ScheduleParts, waiting: AllWaiting, now: Instant): Promise<void> {
  const { store } = parts.kernel
  const rows = await store.read
    .selectFrom('schedules')
    .selectAll()
    .where('next_at', 'is not', null)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .execute()
  for (const row of rows) {
    const tried = waiting.get(row.name)
    if (tried?.nominal === row.next_nominal && tried.until > now) continue
    await new Firing(parts, waiting, row).fire(now)
  }
}

/** One schedule with what is due of it. */
class Firing {
  readonly #parts: ScheduleParts
  readonly #waiting: AllWaiting
  readonly #row: Schedule
  readonly #cron: Cron

  constructor(parts: ScheduleParts, waiting: AllWaiting, row: Schedule) {
    this.#parts = parts
    this.#waiting = waiting
    this.#row = row
    this.#cron = cronOf(row.cron)
  }

  async fire(now: Instant): Promise<void> {
    const { time_zone: timeZone, catch_up: policy, name } = this.#row
    const first = this.#first()
    const due = dueSince(this.#cron, timeZone, first, now, mostCaughtUp)
    const tried = this.#waiting.get(name)?.nominal === first.nominal
    const { passed, start } = settle(policy, due, now, tried ? 'tried' : 'new')
    if (passed.length > 0 || due.more) await this.#passOver(first, passed, due.more, start[0])
    for (const [index, occurrence] of start.entries()) {
      if (!(await this.#start(occurrence, start[index + 1] ?? this.#after(occurrence)))) return
    }
  }

  #first(): Occurrence {
    const { name, next_nominal: nominal, next_at: at } = this.#row
    if (nominal === null || at === null) throw new TypeError(`nothing of ${name} is due`)
    return { nominal, at }
  }

  #after({ nominal }: Occurrence): Occurrence | null {
    return occurrenceAfter(this.#cron, this.#row.time_zone, nominal) ?? null
  }

  async #passOver(
    first: Occurrence,
    passed: readonly Occurrence[],
    more: boolean,
    start: Occurrence | undefined,
  ): Promise<void> {
    const { store, journal } = this.#parts.kernel
    const last = passed.at(-1)
    const next = start ?? (last ? this.#after(last) : null)
    const until = last?.nominal ?? (start && this.#cron.before(start.nominal, 1)[0]) ?? first.nominal
    const payload = { name: this.#row.name, from: first.nominal, until, count: more ? null : passed.length, next }
    await store.write(async (tx) => {
      if (await this.#waitsFor(tx, first)) await passOver(tx, journal, payload)
    })
  }

  /** Says whether the schedule may go on to the next. */
  async #start(occurrence: Occurrence, next: Occurrence | null): Promise<boolean> {
    const { kernel } = this.#parts
    if (kernel.mode().mode === 'paused') return false
    const { name, workflow } = this.#row
    const fired: Fired = { name, ...occurrence, next }
    // Runs would heap up behind the stop; once it is lifted, the schedule catches up as it says.
    const held = heldBack(kernel, { workflow, lane: 'background' })
    if (held?.fault.code === 'control.stopped') return this.#refuse(fired, held.fault)
    try {
      const run = await prepared(this.#parts, workflow, await inputOf(kernel.journal, this.#row), 'system')
      const started = await kernel.store.write(async (tx) => {
        if (!(await this.#waitsFor(tx, occurrence))) return false
        if (await this.#hasBeen(tx, occurrence)) {
          const { nominal } = occurrence
          await passOver(tx, kernel.journal, { name, from: nominal, until: nominal, count: 1, next })
          return true
        }
        await storeRun(tx, kernel, { ...run, schedule: fired })
        await recordFired(tx, fired, run.id)
        return true
      })
      this.#waiting.delete(name)
      return started
    } catch (error) {
      // What is wrong with the store is wrong with all of them, and cannot be written down.
      if (!(error instanceof Refusal) || error.fault.code.startsWith('store.')) throw error
      return this.#refuse(fired, error.fault)
    }
  }

  /** Where trying again helps, it waits; else it is told, and the next one has its own chance. */
  async #refuse(fired: Fired, fault: Fault): Promise<boolean> {
    const { store, journal, clock } = this.#parts.kernel
    const { name, nominal, at } = fired
    const again = fault.retry !== 'never'
    const told = this.#waiting.get(name)?.nominal === nominal
    if (again) this.#waiting.set(name, { nominal, until: this.#tryAgain(clock.now(), fired), fault })
    else this.#waiting.delete(name)
    if (again && told) return false
    const next = again ? { nominal, at } : fired.next
    return store.write(async (tx) => {
      if (!(await this.#waitsFor(tx, fired))) return false
      await recordRefused(tx, journal, { ...fired, next }, fault)
      return !again
    })
  }

  /** Its successor is not kept waiting. */
  #tryAgain(now: Instant, { next }: Fired): Instant {
    const until = later(now, pauseBetweenTries)
    return next !== null && next.at > now && next.at < until ? next.at : until
  }

  /** In a time zone that was changed westwards today, nine o'clock comes again; it is the same occurrence. */
  async #hasBeen(tx: Tx, { nominal }: Occurrence): Promise<boolean> {
    const row = await tx.db
      .selectFrom('occurrences')
      .select('nominal')
      .where('schedule', '=', this.#row.name)
      .where('nominal', '=', nominal)
      .executeTakeFirst()
    return row !== undefined
  }

  /** The operator may have paused, changed or removed it since it was read. */
  async #waitsFor(tx: Tx, { nominal }: Pick<Occurrence, 'nominal'>): Promise<boolean> {
    const row = await tx.db
      .selectFrom('schedules')
      .select('next_nominal')
      .where('name', '=', this.#row.name)
      .executeTakeFirst()
    return row?.next_nominal === nominal
  }
}
