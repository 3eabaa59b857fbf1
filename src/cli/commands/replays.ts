import { Argument, Option } from 'commander'
import type { ReplayLine } from '../../os/queries/replays.ts'
import type { ReplayPlan } from '../../os/trials/replay.ts'
import type { Replayed } from '../../os/trials/replayed.ts'
import { refuse } from '../../values/fault.ts'
import type { Json } from '../../values/json.ts'
import { placeNow } from '../after-work.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { readCount } from '../read-count.ts'
import { estimateLine, replayReport, replayTable } from '../render/replays.ts'
import { dollars } from './budgets.ts'

const replayed = new Argument('<replay>', 'the id of a replay (rpl_…), or of a trial in the shadow (trl_…)')

/** What a version would have done otherwise. */
export const replayVerbs: readonly Verb[] = [
  {
    name: 'replay',
    does: 'Give the last tasks of an agent to a version again, without any effect, and list what would have changed.',
    example: 'agent replay writer@v4 --runs 100 --usd 2',
    arguments: [new Argument('<agent@version>', 'an agent and one of its versions')],
    options: [
      new Option('--runs <count>', 'how many of its last tasks').default('100'),
      new Option(
        '--usd <amount>',
        'what it may cost at most, in dollars (default: twice what it cost then, and what is set aside for calls under way)',
      ),
      new Option('--live-reads', 'ask tools that only read anew, where the record has no answer'),
      new Option('--dry-run', 'only say what it would cost'),
    ],
    action: onDesk(replay),
  },
  {
    name: 'replays',
    does: 'List the replays until now, with how much each would have changed.',
    example: 'agent replays writer',
    arguments: [new Argument('[agent]', 'only of this agent')],
    options: [
      new Option('--limit <count>', 'at most so many (default 20)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: asking<{ items: ReplayLine[]; next: string | null }>(
      'agents.replays',
      (invocation, agent) => ({
        ...given(invocation, 'limit', 'cursor'),
        ...(agent === undefined ? {} : { agent }),
      }),
      ({ items, next }, { world }) =>
        `${replayTable(items, world.timeZone)}${next === null ? '' : `\nMore: --cursor ${next}`}`,
    ),
  },
  {
    name: 'replayed',
    does: 'Show what a replay, or a version in the shadow, would have changed.',
    example: 'agent replayed rpl_0k3v9q2m7x',
    arguments: [replayed],
    action: asking<Replayed>('agents.replayed', (_invocation, id) => ({ replay: id ?? '' }), replayReport),
  },
  {
    name: 'cancel-replay',
    does: 'End what of a replay has not been done.',
    example: 'agent cancel-replay rpl_0k3v9q2m7x --why "Enough seen"',
    arguments: [new Argument('<replay>', 'the id of a replay (rpl_…); a trial ends with soloist release stop')],
    options: [new Option('--why <reason>', 'why').makeOptionMandatory()],
    action: asking<{ cancelled: number }>(
      'agents.cancelReplay',
      (invocation, id) => ({ replay: id ?? '', ...given(invocation, 'why') }),
      ({ cancelled }) => `Ended: ${cancelled} that had not been done.`,
    ),
  },
]

async function replay(desk: Desk, invocation: Invocation, text = ''): Promise<number> {
  const { world, options } = invocation
  const place = await placeNow(desk)
  const asked = { ...named(text), ...wishes(options) }
  const plan = (await desk.call('agents.replay', asked)) as unknown as ReplayPlan
  world.err(estimateLine(plan.estimate, plan.limit, plan.tasks, plan.skipped))
  if (plan.replay === null) {
    invocation.show(plan as unknown as Json, () => 'Nothing was done.')
    return exit.ok
  }
  world.err(`Replay ${plan.replay} (Ctrl-C: leave it; to end it: soloist agent cancel-replay ${plan.replay})`)
  await settleAll(desk, invocation, plan, place)
  const output = await desk.call('agents.replayed', { replay: plan.replay })
  invocation.show(output, () => replayReport(output as unknown as Replayed))
  const { waiting } = (output as unknown as Replayed).states
  if (waiting > 0)
    world.err(`${waiting} go on when they can.\nNext: soloist agent replayed ${plan.replay}; soloist control list`)
  return exit.ok
}

/** Waits for run after run, and says how many are done. */
async function settleAll(desk: Desk, { world }: Invocation, { runs }: ReplayPlan, after: number): Promise<void> {
  const open = new Set<string>(runs)
  const tellEach = Math.max(1, Math.ceil(runs.length / 10))
  for (const run of runs) {
    if (!open.has(run)) continue
    await desk.settle(run, after, {
      heard: ({ kind, run: of }) => {
        if ((kind !== 'run.done' && kind !== 'run.failed') || of === null || !open.delete(of)) return
        const done = runs.length - open.size
        if (done % tellEach === 0 || open.size === 0) world.err(`  done    ${done} of ${runs.length}`)
      },
      waits: () => undefined,
      stopped: world.stopped,
    })
  }
}

/** `writer@v4`. Fault: `input.invalid`. */
function named(text: string): { agent: string; version: string } {
  const [, agent, version] = /^([^@]+)@v?([0-9a-f]+)$/.exec(text) ?? []
  if (agent === undefined || version === undefined)
    refuse('input.invalid', { what: `"${text}"`, why: 'it is not an agent and a version like writer@v4' })
  return { agent, version }
}

function wishes(options: Readonly<Record<string, unknown>>): Record<string, Json> {
  const limit = options.usd === undefined ? null : dollars(String(options.usd))
  return {
    runs: readCount(String(options.runs), 'tasks'),
    ...(limit === null ? {} : { limit }),
    liveReads: options.liveReads === true,
    dryRun: options.dryRun === true,
  }
}
