import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { schedule } from '../../src/index.ts'
import { hours } from '../../src/values/time.ts'
import { typeAt } from '../cli/type-at.ts'
import { openScheduled, report, type ScheduledCompany } from './company.ts'

let company: ScheduledCompany
beforeEach(async () => {
  company = await openScheduled({ schedules: [schedule({ name: 'weekly', workflow: report, cron: '0 9 * * MON' })] })
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
})

const type = (...argv: readonly string[]) => typeAt(company, argv, '{"text":"from standard input"}')

test('a schedule is added with its input, listed, paused, resumed and removed', async () => {
  const added = await type(
    'schedule',
    'add',
    'mine',
    'report',
    '30 17 * * *',
    'text=12',
    '--time-zone',
    'Asia/Kolkata',
    '--catch-up',
    'all',
  )
  expect([added.code, added.out]).toEqual([0, 'Schedule mine fires next at 2026-03-02 17:30 (Asia/Kolkata).'])
  const list = await type('schedule', 'list')
  expect(list.out).toBe(
    [
      'SCHEDULE  WORKFLOW  CRON         TIME ZONE      NEXT              CATCH UP  MADE BY',
      'mine      report    30 17 * * *  Asia/Kolkata   2026-03-02 17:30  all       you',
      'weekly    report    0 9 * * MON  Europe/Berlin  2026-03-02 09:00  once      config',
    ].join('\n'),
  )
  const shown = JSON.parse((await type('schedule', 'list', '--json')).out)
  // 12 stays text, for the schema says that it is one.
  expect(shown.items[0]).toMatchObject({
    name: 'mine',
    input: { text: '12' },
    state: 'active',
    last: null,
    fault: null,
  })
  expect((await type('schedule', 'pause', 'mine')).out).toBe('Schedule mine is paused.')
  expect((await type('schedule', 'resume', 'mine')).out).toBe(
    'Schedule mine fires next at 2026-03-02 17:30 (Asia/Kolkata).',
  )
  expect((await type('schedule', 'remove', 'mine')).out).toBe('Schedule mine is removed.')
})

test('the whole input may come from standard input', async () => {
  await type('schedule', 'add', 'mine', 'report', '@daily', '--input', '-')
  const shown = JSON.parse((await type('schedule', 'list', '--json')).out)
  expect(shown.items[0].input).toEqual({ text: 'from standard input' })
})

test('the next times of a schedule, and that a paused one keeps none of them', async () => {
  const next = await type('schedule', 'next', 'weekly', '--count', '2')
  expect(next.out).toBe('2026-03-02 09:00\n2026-03-09 09:00\nTimes in Europe/Berlin.')
  await type('schedule', 'pause', 'weekly')
  expect((await type('schedule', 'next', 'weekly', '--count', '1')).out).toBe(
    '2026-03-02 09:00\nTimes in Europe/Berlin. It is paused: none of them fires.',
  )
})

test.each([
  [['schedule', 'add', 'mine', 'report', 'whenever'], 2, 'input.invalid'],
  [['schedule', 'add', 'mine', 'reprot', '@daily'], 4, 'Did you mean "report"?'],
  [['schedule', 'add', 'weekly', 'report', '@daily'], 1, 'schedule.taken'],
  [['schedule', 'remove', 'weekly'], 1, 'schedule.configured'],
  [['schedule', 'pause', 'weakly'], 4, 'Did you mean "weekly"?'],
  [['schedule', 'add', 'mine'], 2, 'missing required argument'],
])('soloist %j ends with code %i and says %s', async (argv, code, says) => {
  const said = await type(...argv)
  expect([said.code, said.err]).toEqual([code, expect.stringContaining(says)])
})

test('start says what fires next, and the doctor looks at every schedule', async () => {
  const started = await type('start', '--port', '0')
  expect(started.out.split('\n').at(-1)).toBe('Next by schedule: weekly at 2026-03-02 09:00 (soloist schedule list)')
  expect((await type('doctor')).out).toContain('ok    schedule weekly')
  await company.pass(hours(1))
  expect(await company.occurrences('weekly')).toEqual(['2026-03-02T09:00'])
})

test('every command of schedules has help with an example', async () => {
  for (const verb of ['list', 'add', 'pause', 'resume', 'remove', 'next']) {
    const help = await type('schedule', verb, '--help')
    expect([help.code, help.out]).toEqual([0, expect.stringContaining(`Example:\n  $ soloist schedule ${verb}`)])
    expect(help.out).toContain('--json')
  }
})
