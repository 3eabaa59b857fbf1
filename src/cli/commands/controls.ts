import { Argument, Option } from 'commander'
import type { ControlLine } from '../../os/queries/controls.ts'
import type { Json } from '../../values/json.ts'
import { asking, type Invocation, type Verb } from '../invocation.ts'
import { readCount } from '../read-count.ts'
import { readTime } from '../read-time.ts'
import { controlTable, ruleText, settingText } from '../render/controls.ts'
import { formatTime } from '../render/time.ts'
import { dollars } from './budgets.ts'

const scope = new Argument('<scope>', 'company, workflow:NAME, agent:NAME or provider:ACCOUNT')
const why = new Option('--why <reason>', 'why')
const until = new Option('--until <time>', 'when it ends by itself, like 2026-03-01T12:00')
const lanes = new Option('--lanes <lanes>', 'whom it holds up: background, or all').choices(['background', 'all'])

/** Throttling, scheduling, downgrading and stopping at run time. */
export const controlVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List the controls that hold now.',
    example: 'control list',
    options: [new Option('--history', 'all there were, latest first')],
    action: asking<{ items: ControlLine[] }>(
      'controls.list',
      ({ options }) => ({ history: options.history === true }),
      ({ items }, { world, options }) => controlTable(items, world.timeZone, options.history === true),
    ),
  },
  {
    name: 'throttle',
    does: 'Allow at most so many runs, or so many dollars, in any 60 minutes.',
    example: 'control throttle workflow:newsletter --runs 10 --usd 2',
    arguments: [scope],
    options: [
      new Option('--runs <count>', 'most runs that begin'),
      new Option('--usd <amount>', 'most dollars that are reserved or spent'),
      lanes,
      until,
      why,
    ],
    action: setting(({ options }) => ({
      kind: 'throttle',
      ...(options.runs === undefined ? {} : { runs: readCount(options.runs as string, 'runs') }),
      ...(options.usd === undefined ? {} : { usd: dollars(options.usd as string) }),
    })),
  },
  {
    name: 'window',
    does: 'Let it work only within hours of the week, on your clock.',
    example: 'control window workflow:newsletter "mon-fri 18:00-08:00, sat-sun 00:00-24:00"',
    arguments: [scope, new Argument('<hours>', 'like 22:00-06:00; days are those on which a stretch begins')],
    options: [lanes, until, why],
    action: setting((_invocation, hours) => ({ kind: 'window', hours: hours ?? '' })),
  },
  {
    name: 'downgrade',
    does: 'Let no better tier of models answer.',
    example: 'control downgrade agent:writer cheap',
    arguments: [scope, new Argument('<tier>', 'the best that may answer: standard or cheap')],
    options: [lanes, until, why],
    action: setting((_invocation, tier) => ({ kind: 'downgrade', tier: tier ?? '' })),
  },
  {
    name: 'stop',
    does: 'Let nothing of it begin, and end its model calls in flight: it waits.',
    example: 'control stop provider:openai --why "The bill looks wrong"',
    arguments: [scope],
    options: [lanes, until, why],
    action: setting(() => ({ kind: 'stop' })),
  },
  {
    name: 'lift',
    does: 'Lift a control: what waited for it goes on.',
    example: 'control lift ctl_0k3v9q2m7x',
    arguments: [new Argument('<control>', 'its id (ctl_…)')],
    options: [why],
    action: asking<ControlLine>(
      'controls.lift',
      ({ options }, control) => ({ control: control ?? '', ...reasonIn(options) }),
      (line) => `Lifted: ${line.scope}, ${ruleText(line)}.`,
    ),
  },
]

function setting(rule: (invocation: Invocation, given?: string) => Json): Verb['action'] {
  return asking<ControlLine & { readonly replaced: ControlLine | null }>(
    'controls.set',
    (invocation, name, given) => {
      const { options, world } = invocation
      const end = options.until as string | undefined
      return {
        scope: name ?? '',
        rule: rule(invocation, given),
        ...(options.lanes === undefined ? {} : { lanes: options.lanes as string }),
        ...(end === undefined ? {} : { until: readTime(end, world.timeZone) }),
        ...reasonIn(options),
      }
    },
    (line, { world }) => {
      const end = line.until === null ? '' : ` until ${formatTime(line.until, world.timeZone)}`
      const said = `${line.scope}: ${ruleText(line)}${end}.`
      // Lifted, it would leave nothing in place of the one before.
      if (line.replaced === null) return `${said}\nUndo: soloist control lift ${line.id}`
      return `${said}\nIn place of: ${ruleText(line.replaced)}.\nUndo: ${settingText(line.replaced, world.timeZone)}`
    },
  )
}

function reasonIn(options: Invocation['options']): { readonly why?: string } {
  return options.why === undefined ? {} : { why: options.why as string }
}
