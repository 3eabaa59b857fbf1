import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { type ConfiguredSchedule, calendarDays, type Flow, pure, schedule, workflow } from '../../src/index.ts'

const say = pure({ name: 'say', does: '', input: z.object({ text: z.string() }), output: z.string(), run: () => '' })
const daily = workflow({ name: 'daily', input: z.object({ text: z.string(), times: z.int() }) }, (flow, input) =>
  flow.task('say', say, { text: input.get('text') }),
)
const base = { name: 'daily', workflow: daily, cron: '@daily' } as const

test('the input of a schedule is what its workflow takes; what the schema fills in may be missing', () => {
  expectTypeOf(schedule({ ...base, input: { text: 'a' } })).toEqualTypeOf<ConfiguredSchedule>()
  schedule(base)
  // @ts-expect-error: no number
  schedule({ ...base, input: { text: 7 } })
  // @ts-expect-error: no such field
  schedule({ ...base, input: { txt: 'a' } })
  // @ts-expect-error: no such policy
  schedule({ ...base, catchUp: 'twice' })
  // @ts-expect-error: no such key
  schedule({ ...base, timezone: 'UTC' })
})

test('only a delay may be in calendar days: a budget is working time', () => {
  const flow = null as unknown as Flow
  const draw = () => flow.task('say', say, { text: 'x' }, { delay: calendarDays(2) })
  // @ts-expect-error: working time has no calendar
  const wrong = () => flow.task('say', say, { text: 'x' }, { budget: { time: calendarDays(2) } })
  expectTypeOf(draw).toEqualTypeOf(wrong)
})
