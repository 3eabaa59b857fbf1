import { expect, test } from 'vitest'
import { z } from 'zod'
import { pure, schedule, workflow } from '../../src/index.ts'
import { days, hours, minutes } from '../../src/values/time.ts'
import { openScheduled, report } from '../schedules/company.ts'
import { kept, replayed } from './replay.ts'

const echo = pure({
  name: 'echo',
  does: 'Gives it back.',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  run: (input) => input,
})
const unknown = workflow(
  { name: 'unknown', input: z.object({}), subject: () => 'nobody@example.org' as never },
  (flow) => flow.task('echo', echo, { text: 'x' }),
)
const slow = workflow({ name: 'slow', input: z.object({}) }, (flow) =>
  flow.task('wait', echo, { text: 'x' }, { delay: days(30) }),
)

const spec = {
  workflows: [report, unknown, slow],
  limits: { depth: 1 },
  operator: { name: 'Op', email: 'op@example.org', timeZone: 'UTC' },
  schedules: [
    schedule({ name: 'hourly', workflow: report, cron: '0 * * * *', catchUp: 'all' }),
    schedule({ name: 'refused', workflow: unknown, cron: '30 * * * *' }),
    schedule({ name: 'skipping', workflow: report, cron: '15 * * * *', catchUp: 'skip' }),
  ],
} as const

test('replaying all that can happen to schedules gives the rows that are there', async () => {
  const first = await openScheduled(spec)
  await first.pass(hours(3))
  const blocking = await first.os.start('slow', {}, 'operator')
  await first.pass((hours(1) + minutes(5)) as never)
  await first.os.cancel(blocking, 'it is in the way')
  await first.call('schedules.add', { name: 'mine', workflow: 'report', cron: '@daily' })
  await first.call('schedules.pause', { name: 'mine' })
  await first.call('schedules.pause', { name: 'hourly' })
  await first.call('schedules.resume', { name: 'hourly' })
  await first.close()
  await first.clock.advance(hours(7))
  const again = await openScheduled({ ...spec, schedules: spec.schedules.slice(0, 2) }, first)
  await again.os.idle()
  await again.call('schedules.add', { name: 'gone', workflow: 'report', cron: '@daily' })
  await again.call('schedules.remove', { name: 'gone' })
  const rows = await kept(again.kernel)
  expect(rows.schedules).toHaveLength(5)
  expect(rows.occurrences.length).toBeGreaterThan(10)
  expect(await replayed(again.kernel)).toEqual(rows)
  for (const kind of ['set', 'paused', 'resumed', 'removed', 'refused'] as const)
    expect(await again.payloads(`schedule.${kind}`), kind).not.toEqual([])
})
