import { Argument, Option } from 'commander'
import type { ReleaseView } from '../../os/queries/releases.ts'
import { refuse } from '../../values/fault.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { dollars } from './budgets.ts'
import { releaseCard } from './releases.ts'

const agent = new Argument('<agent>', 'the name of an agent')
const version = new Argument('<version>', 'its number, or the first 8 digits of its hash')
const why = new Option('--why <reason>', 'why').makeOptionMandatory()

/** Trying a new version before it does all of the work. */
export const trialVerbs: readonly Verb[] = [
  {
    name: 'canary',
    does: 'Try a version on a share of new runs. Worse, it is withdrawn by itself; better, it is proposed to you.',
    example: 'release canary writer 4 --share 10 --why "Warmer openings"',
    arguments: [agent, version],
    options: [new Option('--share <percent>', 'of new runs, 1 to 50').default('10'), why],
    action: asking<ReleaseView>(
      'releases.canary',
      (invocation, name, tried) => ({
        agent: name ?? '',
        version: tried ?? '',
        share: percent(String(invocation.options.share)),
        ...given(invocation, 'why'),
      }),
      releaseCard,
    ),
  },
  {
    name: 'shadow',
    does: 'Let a version repeat what the released one does, with no effect, and compare.',
    example: 'release shadow writer 4 --usd 5 --why "Before it writes to anybody"',
    arguments: [agent, version],
    options: [new Option('--usd <amount>', 'what its own runs may cost, in dollars').makeOptionMandatory(), why],
    action: asking<ReleaseView>(
      'releases.shadow',
      (invocation, name, tried) => ({
        agent: name ?? '',
        version: tried ?? '',
        limit: dollars(String(invocation.options.usd)),
        ...given(invocation, 'why'),
      }),
      releaseCard,
    ),
  },
  {
    name: 'promote',
    does: 'Let a version take all new runs; its trial ends.',
    example: 'release promote writer 4 --why "Fewer edits"',
    arguments: [agent, version],
    options: [why],
    action: asking<ReleaseView>(
      'releases.promote',
      (invocation, name, tried) => ({ agent: name ?? '', version: tried ?? '', ...given(invocation, 'why') }),
      releaseCard,
    ),
  },
  {
    name: 'stop',
    does: 'End the trial of an agent: the version at trial takes no new runs, and is not withdrawn.',
    example: 'release stop writer --why "Another time"',
    arguments: [agent],
    options: [why],
    action: asking<ReleaseView>(
      'releases.stop',
      (invocation, name) => ({ agent: name ?? '', ...given(invocation, 'why') }),
      releaseCard,
    ),
  },
]

function percent(text: string): number {
  const [, number] = /^(\d{1,2})%?$/.exec(text) ?? []
  if (number === undefined) refuse('input.invalid', { what: `"${text}"`, why: 'it is not a share like 10' })
  return Number(number)
}
