import { z } from 'zod'
import type { LocalTime } from '../../values/local-time.ts'
import { type Operation, operation } from '../operation.ts'
import { listSchedules, showSchedule } from '../queries/schedules.ts'
import { at, faultView, json, runId } from './fields.ts'

const name = z.string().min(1).max(64).meta({ description: 'The name of a schedule' })
const nominal = z
  .string()
  .meta({ description: 'What the clock on the wall shows, in the time zone of the schedule' }) as unknown as z.ZodType<
  LocalTime,
  LocalTime
>
const moment = z.object({ nominal, at })
const catchUp = z.enum(['skip', 'once', 'all'])

const line = z.object({
  name,
  workflow: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  catchUp,
  source: z.enum(['config', 'operator']),
  state: z.enum(['active', 'paused']),
  input: json,
  next: moment.nullable(),
  last: z.object({ nominal, run: runId.nullable() }).nullable(),
  fault: faultView.nullable(),
})

export const scheduleOperations: readonly Operation[] = [
  operation({
    name: 'schedules.list',
    kind: 'query',
    does: 'Lists the schedules by name, with when each fires next.',
    http: { method: 'get', path: '/schedules' },
    input: z.object({}),
    output: z.object({ items: z.array(line) }),
    example: {},
    run: async (os) => ({ items: await listSchedules(os) }),
  }),
  operation({
    name: 'schedules.add',
    kind: 'command',
    does: 'Starts a workflow from now on whenever the clock on the wall says so.',
    http: { method: 'post', path: '/schedules' },
    input: z.object({
      name,
      workflow: z.string().min(1),
      cron: z.string().min(1).max(200),
      timeZone: z.string().min(1).max(100).optional(),
      input: json.optional(),
      catchUp: catchUp.default('once'),
    }),
    output: line,
    example: { name: 'weekly', workflow: 'newsletter', cron: '0 9 * * MON', input: { topic: 'Spring' } },
    async run(os, wanted) {
      await os.schedules.add(wanted)
      return showSchedule(os, wanted.name)
    },
  }),
  operation({
    name: 'schedules.pause',
    kind: 'command',
    does: 'Stops a schedule until it is resumed; what falls due meanwhile does not count as missed.',
    http: { method: 'post', path: '/schedules/{name}/pause' },
    input: z.object({ name }),
    output: line,
    example: { name: 'weekly' },
    async run(os, given) {
      await os.schedules.pause(given.name)
      return showSchedule(os, given.name)
    },
  }),
  operation({
    name: 'schedules.resume',
    kind: 'command',
    does: 'Lets a paused schedule fire again, from its next time on.',
    http: { method: 'post', path: '/schedules/{name}/resume' },
    input: z.object({ name }),
    output: line,
    example: { name: 'weekly' },
    async run(os, given) {
      await os.schedules.resume(given.name)
      return showSchedule(os, given.name)
    },
  }),
  operation({
    name: 'schedules.remove',
    kind: 'command',
    does: 'Ends a schedule that the operator added; the runs that it started stay.',
    http: { method: 'delete', path: '/schedules/{name}' },
    input: z.object({ name }),
    output: z.object({ name }),
    example: { name: 'weekly' },
    async run(os, given) {
      await os.schedules.remove(given.name)
      return given
    },
  }),
  operation({
    name: 'schedules.next',
    kind: 'query',
    does: 'Says when a schedule fires next, time after time.',
    http: { method: 'get', path: '/schedules/{name}/next' },
    input: z.object({ name, count: z.coerce.number().int().min(1).max(100).default(5) }),
    output: z.object({ timeZone: z.string(), state: z.enum(['active', 'paused']), items: z.array(moment) }),
    example: { name: 'weekly', count: 3 },
    async run(os, given) {
      const items = await os.schedules.next(given.name, given.count)
      const { timeZone, state } = await showSchedule(os, given.name)
      return { timeZone, state, items }
    },
  }),
]
