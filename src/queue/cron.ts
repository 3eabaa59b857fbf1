import { Cron as Pattern } from 'croner'
import type { LocalTime } from '../values/local-time.ts'
import type { Parsed } from '../values/schema.ts'

/** A cron expression, read as a rule for what the clock on the wall shows: it knows no time zone and no change of the clock. */
export interface Cron {
  /** The first time after this one that fits, or `undefined` when none ever does. */
  after(local: LocalTime): LocalTime | undefined
  /** The last times before this one that fit, at most so many, latest first. */
  before(local: LocalTime, count: number): readonly LocalTime[]
}

/**
 * Reads five fields (minute, hour, day of the month, month, day of the week) or a name like `@daily`. A day fits when either of
 * its two fields does, once both are limited, as in every cron since 1975. Never throws.
 */
export function readCron(text: string): Parsed<Cron> {
  // "?" would stand for the moment at which the expression is read: another schedule after every restart.
  if (text.includes('?')) return { ok: false, why: `"${text}" has a "?", which is no time; write * or a number` }
  try {
    // Its own time zone stays UTC, where no hour is skipped or repeated: what local times mean is for `firstInstant` to say.
    const pattern = new Pattern(text, { mode: '5-part', timezone: 'UTC', paused: true })
    const cron = cronOf(pattern)
    if (cron.after(someTime) === undefined) return { ok: false, why: `"${text}" fits no day of any year` }
    return { ok: true, value: cron }
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return { ok: false, why: `"${text}" is no cron expression (${reasonOf(error)}); write like "0 9 * * MON"` }
  }
}

const someTime = '2000-01-01T00:00' as LocalTime

function cronOf(pattern: Pattern): Cron {
  return {
    after(local) {
      const found = pattern.nextRun(asUtc(local))
      return found ? fromUtc(found) : undefined
    },
    before: (local, count) => pattern.previousRuns(count, asUtc(local)).map(fromUtc),
  }
}

const asUtc = (local: LocalTime): Date => new Date(`${local}:00Z`)
const fromUtc = (date: Date): LocalTime => date.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length) as LocalTime

function reasonOf(error: Error): string {
  return error.message.replace(/^CronPattern: /, '').replace(/\.$/, '')
}
