import { Argument, Option } from 'commander'
import type { ScheduleLine } from '../../os/queries/schedules.ts'
import type { WorkflowLine } from '../../os/queries/workflows.ts'
import type { Json } from '../../values/json.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { inputOf } from '../given-input.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { plain, table } from '../render/table.ts'

const nameArgument = new Argument('<name>', 'the name of a schedule')

export const scheduleVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List the schedules, with when each fires next.',
    example: 'schedule list',
    action: asking<{ items: ScheduleLine[] }>(
      'schedules.list',
      () => ({}),
      ({ items }) => scheduleTable(items),
    ),
  },
  {
    name: 'add',
    does: 'Start a workflow whenever the clock on the wall says so.',
    example: 'schedule add weekly newsletter "0 9 * * MON" topic=Spring',
    arguments: [
      new Argument('<name>', 'small letters, digits and hyphens'),
      new Argument('<workflow>', 'the name of the workflow'),
      new Argument('<cron>', 'minute, hour, day of the month, month, day of the week; or @daily, @weekly, @monthly'),
      new Argument('[fields...]', 'the input of each run, as field=value'),
    ],
    options: [
      new Option('--time-zone <zone>', "like Europe/Prague (default: the operator's)"),
      new Option('--catch-up <how>', 'what becomes of missed times: skip, once or all (default: once)'),
      new Option('--input <json>', 'the whole input: JSON, @file, or - for standard input'),
    ],
    action: onDesk(add),
  },
  {
    name: 'pause',
    does: 'Stop a schedule until it is resumed.',
    example: 'schedule pause weekly',
    arguments: [nameArgument],
    action: asking<ScheduleLine>('schedules.pause', named, ({ name }) => `Schedule ${name} is paused.`),
  },
  {
    name: 'resume',
    does: 'Let a paused schedule fire again, from its next time on.',
    example: 'schedule resume weekly',
    arguments: [nameArgument],
    action: asking<ScheduleLine>('schedules.resume', named, firesNext),
  },
  {
    name: 'remove',
    does: 'End a schedule that you added; the runs that it started stay.',
    example: 'schedule remove weekly',
    arguments: [nameArgument],
    action: asking<{ name: string }>('schedules.remove', named, ({ name }) => `Schedule ${name} is removed.`),
  },
  {
    name: 'next',
    does: 'Show when a schedule fires next, time after time.',
    example: 'schedule next weekly --count 10',
    arguments: [nameArgument],
    options: [new Option('--count <count>', 'so many times (default 5)')],
    action: asking<NextTimes>(
      'schedules.next',
      (invocation, name = '') => ({ name, ...given(invocation, 'count') }),
      nextTable,
    ),
  },
]

type NextTimes = Pick<ScheduleLine, 'timeZone' | 'state'> & { readonly items: NonNullable<ScheduleLine['next']>[] }

function named(_invocation: Invocation, name = ''): Json {
  return { name }
}

async function add(desk: Desk, invocation: Invocation, ...values: readonly unknown[]): Promise<number> {
  const [name, workflow, cron, pairs = []] = values as [string, string, string, (readonly string[])?]
  const { items } = (await desk.call('workflows.list', {})) as unknown as { items: readonly WorkflowLine[] }
  const schema = items.find((item) => item.name === workflow)?.input ?? null
  const whole = invocation.options.input as string | undefined
  const input = await inputOf(invocation.world, whole, pairs, { name: workflow, schema })
  const wanted = { name, workflow, cron, input, ...given(invocation, 'timeZone', 'catchUp') }
  const output = await desk.call('schedules.add', wanted)
  invocation.show(output, () => firesNext(output as unknown as ScheduleLine))
  return exit.ok
}

function firesNext({ name, next, timeZone }: ScheduleLine): string {
  return next === null ? `Schedule ${name} never fires.` : `Schedule ${name} fires next at ${wall(next)} (${timeZone}).`
}

function scheduleTable(items: readonly ScheduleLine[]): string {
  const rows = items.map((item) => [
    item.name,
    item.workflow,
    item.cron,
    item.timeZone,
    item.next === null ? item.state : wall(item.next),
    item.catchUp,
    item.source === 'config' ? 'config' : 'you',
  ])
  const heads = ['schedule', 'workflow', 'cron', 'time zone', 'next', 'catch up', 'made by']
  const listed = table(
    heads,
    rows,
    "No schedules. Add one with 'soloist schedule add', or to schedules in soloist.config.ts.",
  )
  const wrong = items.flatMap(({ name, fault }) =>
    fault === null ? [] : [plain(`${name} did not start: ${fault.code}: ${fault.message}\nNext: ${fault.next}`)],
  )
  return [listed, ...wrong].join('\n')
}

function nextTable({ items, timeZone, state }: NextTimes): string {
  const times = items.map((item) => wall(item))
  return [...times, `Times in ${timeZone}.${state === 'paused' ? ' It is paused: none of them fires.' : ''}`].join('\n')
}

function wall({ nominal }: NonNullable<ScheduleLine['next']>): string {
  return nominal.replace('T', ' ')
}
