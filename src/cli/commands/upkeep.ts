import { Argument, Option } from 'commander'
import type { UpkeepLine } from '../../os/operations/upkeep.ts'
import { refuse } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import type { Instant } from '../../values/time.ts'
import { asking, given, type Invocation, type Verb } from '../invocation.ts'
import { formatTime } from '../render/time.ts'
import { upkeepTable } from '../render/upkeep.ts'

const about = new Argument('<automation>', 'workflow:NAME or agent:NAME')
const why = () => new Option('--why <reason>', 'why, for whoever asks later').makeOptionMandatory()

export const upkeepVerbs: readonly Verb[] = [
  {
    name: 'list',
    usual: true,
    does: 'List what automations cost, take and need, those in the deepest debt first.',
    example: 'upkeep --month 2026-03',
    options: [new Option('--month <month>', 'a month like 2026-03 (default: this one)')],
    action: asking<{ month: string; items: UpkeepLine[] }>(
      'upkeep.list',
      (invocation) => given(invocation, 'month'),
      ({ month, items }, { world }) => upkeepTable(month, items, world.timeZone),
    ),
  },
  {
    name: 'log',
    does: 'Count minutes that you spent on an automation away from the desk; -20 takes back 20 that were counted this month.',
    example: 'upkeep log workflow:newsletter 20 --why "rewrote the brief"',
    arguments: [about, new Argument('<minutes>', 'how many')],
    options: [why()],
    action: asking<{ about: string; minutes: number }>(
      'upkeep.log',
      (invocation, name = '', spent = '') => ({ about: name, minutes: count(spent), ...given(invocation, 'why') }),
      (said) =>
        said.minutes > 0
          ? `${said.minutes} minutes are counted against ${said.about}.`
          : `${-said.minutes} minutes of ${said.about} are taken back.`,
    ),
  },
  {
    name: 'reviewed',
    does: 'Say that you have looked an automation over; its next review is due in its time.',
    example: 'upkeep reviewed workflow:newsletter --why "still worth it"',
    arguments: [about],
    options: [why(), new Option('--undo', 'take the last review back: the one before counts again')],
    action: (invocation, ...typed) =>
      invocation.options.undo === true ? undoReview(invocation, ...typed) : review(invocation, ...typed),
  },
  pausing('pause', 'Pause a workflow, as proposed: its schedules stop and no new run begins.', 'is paused'),
  pausing('resume', 'Let a paused workflow go on, with the schedules that its pause stopped.', 'goes on'),
]

const review = asking<Reviewed>('upkeep.review', named, ({ about: name, reviewAt }, { world }) => {
  const next = formatTime(reviewAt, world.timeZone)
  return `${name} is reviewed. Next: ${next}.\nUndo: soloist upkeep reviewed ${name} --undo --why REASON`
})

const undoReview = asking<Reviewed>(
  'upkeep.undoReview',
  named,
  ({ about: name, reviewAt }, { world }) =>
    `The last review of ${name} is taken back. Due: ${formatTime(reviewAt, world.timeZone)}.`,
)

interface Reviewed {
  readonly about: string
  readonly reviewAt: Instant
}

function named(invocation: Invocation, name = ''): Json {
  return { about: name, ...given(invocation, 'why') }
}

/** Fault: `input.invalid`. */
function count(text: string): number {
  if (/^-?\d{1,9}(\.\d{1,3})?$/.test(text)) return Number(text)
  return refuse('input.invalid', { what: `"${text}"`, why: 'it is not a number of minutes like 20' })
}

function pausing(name: 'pause' | 'resume', does: string, now: string): Verb {
  return {
    name,
    does,
    example: `upkeep ${name} workflow:newsletter --why "more work than it saves"`,
    arguments: [about],
    options: [why()],
    action: asking<{ about: string; schedules: string[] }>(
      `upkeep.${name}`,
      (invocation, named = '') => ({ about: named, ...given(invocation, 'why') }),
      (said) => {
        const its = said.schedules.length === 0 ? '' : `, with ${said.schedules.join(', ')}`
        const undo = name === 'pause' ? `\nUndo: soloist upkeep resume ${said.about} --why REASON` : ''
        return `${said.about} ${now}${its}.${undo}`
      },
    ),
  }
}
