import { occurrenceFrom } from '../../queue/occurrence.ts'
import { removeSchedule, type Schedule, setSchedule } from '../../queue/schedule.ts'
import type { Tx } from '../../store/store.ts'
import type { Moment, ScheduleTerms } from '../../telemetry/event.ts'
import { Refusal, refuse } from '../../values/fault.ts'
import { canonical, type Json } from '../../values/json.ts'
import { firstInstant } from '../../values/local-time.ts'
import type { ConfiguredSchedule } from '../config.ts'
import { configFile } from '../load-config.ts'
import { type Defined, define } from './define.ts'
import type { ScheduleParts } from './schedules.ts'
import { termsOf } from './terms.ts'

/**
 * Brings the rows in line with the config, in one transaction: what is new is made, what is changed is changed, what is gone is
 * removed. The config wins a name that the operator had given to a schedule of their own. A pause stays.
 * Fault: `config.invalid`, and nothing is changed.
 */
export async function keepConfigured(parts: ScheduleParts): Promise<void> {
  const { kernel } = parts
  const wanted = definedAll(parts)
  await kernel.store.write(async (tx) => {
    const rows = await tx.db.selectFrom('schedules').selectAll().where('state', '<>', 'removed').execute()
    const byName = new Map(rows.map((row) => [row.name, row]))
    for (const [name, defined] of wanted) await keep(parts, tx, name, defined, byName.get(name))
    for (const row of rows) {
      if (wanted.has(row.name)) continue
      if (row.source === 'operator') await keepTime(parts, tx, row)
      else {
        const why = `it is not in ${configFile} any more`
        await removeSchedule(tx, kernel.journal, { name: row.name, why, origin: 'system' })
      }
    }
  })
}

function definedAll({ config }: ScheduleParts): Map<string, Defined> {
  const wanted = new Map<string, Defined>()
  for (const given of config.schedules) {
    if (wanted.has(given.name)) invalid(given.name, 'two schedules have this name')
    wanted.set(given.name, definedIn(config, given))
  }
  return wanted
}

function definedIn(config: ScheduleParts['config'], given: ConfiguredSchedule): Defined {
  const { workflow, input, ...rest } = given
  try {
    return define(config, { ...rest, workflow: workflow.name, input: input as Json | undefined }, 'config')
  } catch (error) {
    if (error instanceof Refusal) invalid(given.name, error.fault.message)
    throw error
  }
}

function invalid(name: string, why: string): never {
  refuse('config.invalid', { file: configFile, why: `schedule "${name}": ${why.replace(/\.$/, '')}` })
}

async function keep(
  parts: ScheduleParts,
  tx: Tx,
  name: string,
  { terms, cron }: Defined,
  row: Schedule | undefined,
): Promise<void> {
  const { journal, clock } = parts.kernel
  const before = row && (await termsOf(journal, row, tx))
  if (row && canonical(before) === canonical(terms)) return keepTime(parts, tx, row)
  // Whoever changes only what is done keeps the time at which it is done.
  const kept = row && sameTimes(before, terms) ? waited(row) : null
  const next = kept ?? occurrenceFrom(cron, terms.timeZone, clock.now()) ?? null
  await setSchedule(tx, journal, { name, terms, next, origin: 'system' })
}

/** Governments change their clocks on short notice: what was computed by the old rules is put right when the company opens. */
async function keepTime({ kernel }: ScheduleParts, tx: Tx, row: Schedule): Promise<void> {
  const next = waited(row)
  if (!next) return
  const at = firstInstant(next.nominal, row.time_zone)
  if (at === next.at) return
  const terms = await termsOf(kernel.journal, row, tx)
  await setSchedule(tx, kernel.journal, { name: row.name, terms, next: { ...next, at }, origin: 'system' })
}

function sameTimes(before: ScheduleTerms | undefined, terms: ScheduleTerms): boolean {
  return before?.source === terms.source && before.cron === terms.cron && before.timeZone === terms.timeZone
}

function waited({ next_nominal: nominal, next_at: at }: Schedule): Moment | null {
  return nominal === null || at === null ? null : { nominal, at }
}
