import { Argument, Option } from 'commander'
import type { UndoneRelease } from '../../os/os.ts'
import type { ReleaseLine, ReleaseView } from '../../os/queries/releases.ts'
import { refuse } from '../../values/fault.ts'
import type { RunId, TaskId } from '../../values/id.ts'
import type { Json } from '../../values/json.ts'
import { placeNow, sayWhatNext, workOn } from '../after-work.ts'
import type { Desk } from '../desk.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { indent, table } from '../render/table.ts'
import { formatTime } from '../render/time.ts'
import { trialList } from '../render/trials.ts'
import { versionTable } from './agents.ts'

const agent = new Argument('<agent>', 'the name of an agent')
const version = new Argument('<version>', 'its number, or the first 8 digits of its hash')
const why = new Option('--why <reason>', 'why').makeOptionMandatory()

export const releaseVerbs: readonly Verb[] = [
  {
    name: 'show',
    does: 'Show which versions take which share of new runs, and every release so far.',
    example: 'release show writer',
    arguments: [agent],
    action: asking<ReleaseView>('releases.show', (_invocation, name) => ({ agent: name ?? '' }), releaseCard),
  },
  {
    name: 'set',
    does: 'Say which versions take which share of new runs.',
    example: 'release set writer 3=90 4=10 --why "See how the new opening does"',
    arguments: [
      agent,
      new Argument('<shares...>', "VERSION=PERCENT, summing to 100; or 'code': what the folder has takes all"),
    ],
    options: [why],
    action: asking<ReleaseView>(
      'releases.set',
      (invocation, name, ...rest) => ({
        agent: name ?? '',
        shares: sharesIn(rest.flat() as string[]),
        ...given(invocation, 'why'),
      }),
      releaseCard,
    ),
  },
  {
    name: 'withdraw',
    does: 'Withdraw a version: no new run takes it, and runs pinned to it are held.',
    example: 'release withdraw writer 4 --why "It invents sources"',
    arguments: [agent, version],
    options: [why],
    action: asking<ReleaseView & { runs: RunId[] }>(
      'releases.withdraw',
      (invocation, name, gone) => ({ agent: name ?? '', version: gone ?? '', ...given(invocation, 'why') }),
      (view, invocation) => `${releaseCard(view, invocation)}\n${heldRuns(view)}`,
    ),
  },
  {
    name: 'undo',
    does: 'Take the last release or withdrawal back.',
    example: 'release undo writer --why "Too many edits"',
    arguments: [agent],
    options: [why],
    action: asking<ReleaseView & Pick<UndoneRelease, 'trial'>>(
      'releases.undo',
      (invocation, name) => ({ agent: name ?? '', ...given(invocation, 'why') }),
      (view, invocation) => `${releaseCard(view, invocation)}${trialAfter(view)}`,
    ),
  },
  {
    name: 'move',
    does: 'Put a run on another version: the tasks that are not done begin anew.',
    example: 'release move run_0k3v9q2m7x writer 3 --why "v4 invents sources"',
    arguments: [new Argument('<run>', 'the id of a run (run_…)'), agent, version],
    options: [why],
    action: onDesk(move),
  },
]

async function move(desk: Desk, invocation: Invocation, run = '', name = '', to = ''): Promise<number> {
  const place = await placeNow(desk)
  const output = await desk.call('releases.move', { run, agent: name, version: to, ...given(invocation, 'why') })
  const { tasks } = output as unknown as { readonly tasks: readonly TaskId[] }
  invocation.show(output, () => `Begins anew: ${tasks.join(', ') || 'nothing had begun'}`)
  const worked = await workOn(desk, invocation, run as RunId, place)
  sayWhatNext(invocation, worked)
  return worked.code
}

/** `3=90 4=10`, or `code`. Fault: `input.invalid`. */
function sharesIn(texts: readonly string[]): Json {
  if (texts.length === 1 && texts[0] === 'code') return 'code'
  return texts.map((text) => {
    const [, named, share] = /^v?([0-9a-f]+)=(\d{1,3})%?$/.exec(text) ?? []
    if (named === undefined) refuse('input.invalid', { what: `"${text}"`, why: 'it is not a share like 4=10' })
    return { version: named, share: Number(share) }
  })
}

/** An agent's versions, trials and releases. */
export function releaseCard({ agent: name, versions, history, trials }: ReleaseView, { world }: Invocation): string {
  const rows = history.map((one) => [formatTime(one.at, world.timeZone), what(one), one.by, one.why])
  const past = history.length === 0 ? [] : ['', 'Releases', indent(table(['when', 'what', 'by', 'why'], rows, ''))]
  return [name, indent(versionTable(versions)), ...trialList(trials, world.timeZone), ...past].join('\n')
}

function what({ kind, cause, shares, withdraws }: ReleaseLine): string {
  const now =
    kind === 'code'
      ? 'what the folder has'
      : kind === 'none'
        ? 'nobody'
        : shares.map((one) => `v${one.version} ${one.share} %`).join(', ')
  if (cause === 'withdraw') return `withdrew ${withdraws.map((one) => `v${one.version}`).join(', ')}; ${now}`
  return cause === 'undo' ? `back to ${now}` : now
}

function trialAfter({ agent: name, trial }: { readonly agent: string } & Pick<UndoneRelease, 'trial'>): string {
  if (trial === null) return ''
  return trial.resumed
    ? '\n\nThe trial that it ended goes on, with all that it has shown.'
    : `\n\nThe trial that it ended stays ended.\nNext: soloist release canary ${name} VERSION --why REASON begins another`
}

function heldRuns({ agent: name, runs }: { agent: string; runs: readonly RunId[] }): string {
  if (runs.length === 0) return 'No run that is at work is pinned to it.'
  return `Held before they use it again: ${runs.join(', ')}\nNext: soloist inbox; or soloist release move RUN ${name} VERSION --why REASON`
}
