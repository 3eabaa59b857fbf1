import { expect, test } from 'vitest'
import { schedule } from '../../src/index.ts'
import { fakeClock } from '../../src/testing/clock.ts'
import { days, later } from '../../src/values/time.ts'
import { openScheduled, report, utc } from './company.ts'
import { firings, zones } from './oracle.ts'

const full = Boolean(process.env.PROOF)
const longest = 3_600_000

const from = utc('2009-06-01T00:00')
const fiveYears = days(5 * 365.25)
// The sample looks at the Sundays of October, on which half of these clocks change; the proof at every night.
const cron = full ? '30 0,2 * * *' : '30 0,2 * 10 SUN'
const nameOf = (zone: string): string => zone.toLowerCase().replace(/[^a-z]/g, '-')

test(
  'a company lives five years in eight time zones, restarted now and then: nothing is missed, nothing happens twice',
  async () => {
    const schedules = zones.map((timeZone) => schedule({ name: nameOf(timeZone), workflow: report, cron, timeZone }))
    let company = await openScheduled({ schedules }, { clock: fakeClock(from) })
    const parts = 10
    for (let part = 0; part < parts; part += 1) {
      await company.pass(days((5 * 365.25) / parts))
      await company.close()
      company = await openScheduled({ schedules }, company)
    }
    const { read } = company.kernel.store
    for (const zone of zones) {
      const rows = await read
        .selectFrom('occurrences')
        .innerJoin('runs', 'runs.id', 'occurrences.run_id')
        .select(['nominal', 'due_at', 'started_at', 'state'])
        .where('schedule', '=', nameOf(zone))
        .orderBy('due_at')
        .execute()
      const expected = firings(cron, zone, { from, until: later(from, fiveYears), most: 1e9 })
      expect(rows.map((row) => `${row.nominal} = ${new Date(row.started_at).toISOString()}`)).toEqual(expected)
      expect(rows.every((row) => row.state === 'done' && row.due_at === row.started_at)).toBe(true)
      expect(expected.length).toBeGreaterThan(40)
    }
    const { runs } = await read
      .selectFrom('runs')
      .select((row) => row.fn.countAll<number>().as('runs'))
      .executeTakeFirstOrThrow()
    const { kept } = await read
      .selectFrom('occurrences')
      .select((row) => row.fn.countAll<number>().as('kept'))
      .executeTakeFirstOrThrow()
    expect(runs).toBe(kept)
  },
  longest,
)
