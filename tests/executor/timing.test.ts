import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { calendarDays, days, hours, type Instant, pure, type TaskOptions, workflow } from '../../src/index.ts'
import { calendarDaysLater } from '../../src/values/local-time.ts'
import { instant, isoInstant, later } from '../../src/values/time.ts'
import { begin, openTestCompany, type TestCompany } from './company.ts'

const echo = pure({
  name: 'echo',
  does: 'Gives back what it gets.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text,
})

/** A company with one workflow: `first`, and then `second`, which waits as said. */
async function waiting(options: TaskOptions, first: TaskOptions = {}, timeZone = 'UTC'): Promise<TestCompany> {
  const pair = workflow({ name: 'pair', input: z.object({}) }, (flow) => {
    const text = flow.task('first', echo, { text: 'one' }, first)
    return flow.task('second', echo, { text }, options)
  })
  const operator = { name: 'Op', email: 'op@example.org', timeZone }
  const company = await openTestCompany({ workflows: [pair], operator })
  onTestFinished(() => company.close())
  return company
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

async function dueOf(company: TestCompany, name: string): Promise<Instant> {
  const { due_at } = await company.kernel.store.read
    .selectFrom('tasks')
    .select('due_at')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return due_at
}

test('a delay begins when the last task that it needs has ended, not with the run', async () => {
  const company = await waiting({ delay: days(2) }, { delay: hours(3) })
  const run = await company.run('pair')
  await company.clock.advance(hours(3))
  await company.worker.idle()
  expect(await company.tasks(run)).toEqual({ first: 'done', second: 'ready' })
  expect(await dueOf(company, 'second')).toBe(later(begin, hours(51)))
  await company.clock.advance(days(2))
  await company.worker.idle()
  expect(await company.stateOf(run)).toBe('done')
})

test('the timer of a delay is set once, for its end', async () => {
  const company = await waiting({ delay: days(2) })
  company.worker.work()
  const run = await company.start('pair')
  while ((await company.tasks(run)).second !== 'ready' || company.clock.waiting().length === 0) await turn()
  expect(company.clock.waiting()).toEqual([later(begin, days(2))])
  await company.clock.advance(days(2))
  while ((await company.stateOf(run)) !== 'done') await turn()
  const rows = await company.kernel.store.read.selectFrom('tasks').select(['state', 'worked_ms', 'attempt']).execute()
  expect(rows).toEqual(Array(2).fill({ state: 'done', worked_ms: 0, attempt: 1 }))
})

test.each([
  ['an instant that is ahead is waited for', { at: later(begin, hours(5)) }, hours(5)],
  ['an instant that has passed is now', { at: later(begin, hours(-5)) }, hours(0)],
  [
    'of an instant and a delay the later one counts: the delay',
    { at: later(begin, hours(1)), delay: hours(5) },
    hours(5),
  ],
  [
    'of an instant and a delay the later one counts: the instant',
    { at: later(begin, hours(5)), delay: hours(1) },
    hours(5),
  ],
])('%s', async (_what, options, after) => {
  const company = await waiting(options)
  await company.run('pair')
  expect(await dueOf(company, 'second')).toBe(later(begin, after))
})

test('days(2) are 48 hours, calendarDays(2) keep the time of day where the operator is', async () => {
  // Berlin's clocks go forward in the night to the 29th of March.
  const friday = instant(Date.UTC(2026, 2, 27, 8)) // 9 o'clock
  for (const [delay, expected] of [
    [days(2), '2026-03-29T08:00:00Z'],
    [calendarDays(2), '2026-03-29T07:00:00Z'],
  ] as const) {
    const company = await waiting({ delay }, { at: friday }, 'Europe/Berlin')
    await company.run('pair')
    await company.clock.advance((friday - begin) as never)
    await company.worker.idle()
    expect(isoInstant(await dueOf(company, 'second'))).toBe(expected)
  }
})

test.each([
  ['over a day of 25 hours', '2026-10-24T20:00:30.250Z', 1, 'Europe/Berlin', '2026-10-25T21:00:30.250Z'],
  ['into a skipped hour: its end', '2026-03-28T01:30:00.000Z', 1, 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['into a repeated hour: its first pass', '2026-10-24T00:30:00.000Z', 1, 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  [
    'none at all, in the second pass of an hour',
    '2026-10-25T01:30:00.000Z',
    0,
    'Europe/Berlin',
    '2026-10-25T01:30:00.000Z',
  ],
  ['none at all', '2026-10-24T20:00:30.250Z', 0, 'Europe/Berlin', '2026-10-24T20:00:30.250Z'],
])('calendar days %s', (_what, from, count, timeZone, expected) => {
  const at = calendarDaysLater(instant(Date.parse(from)), count, timeZone)
  expect(new Date(at).toISOString()).toBe(expected)
})
