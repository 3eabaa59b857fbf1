import { Argument, Option } from 'commander'
import type { KnownVersion } from '../../os/knowledge/versions.ts'
import type { Difference } from '../../os/queries/body-diff.ts'
import type { KnowledgeList, KnowledgeView, ProposalLine } from '../../os/queries/knowledge.ts'
import type { Json } from '../../values/json.ts'
import type { Desk } from '../desk.ts'
import { exit } from '../exit.ts'
import { textOf } from '../given-input.ts'
import { asking, given, type Invocation, onDesk, type Verb } from '../invocation.ts'
import { knowledgeCard, knowledgeText, proposalTable, wrongText } from '../render/knowledge.ts'
import { table } from '../render/table.ts'
import { formatTime } from '../render/time.ts'
import { difference } from './agents.ts'

const path = new Argument('<path>', 'a file, relative to knowledge/')
const proposal = new Argument('<proposal>', 'the id of a proposal (prp_…)')

const reading: readonly Verb[] = [
  {
    name: 'list',
    does: 'List the knowledge that is in force, and what is wrong in its folder.',
    example: 'knowledge list --kind rule',
    options: [new Option('--kind <kind>', 'only templates, rules, policies or playbooks')],
    action: asking<KnowledgeList>('knowledge.list', (invocation) => given(invocation, 'kind'), knowledgeText),
  },
  {
    name: 'show',
    does: 'Show a file as it is in force, or one of its versions.',
    example: 'knowledge show rules.md --version 1',
    arguments: [path],
    options: [new Option('--version <version>', 'its number, or the first digits of its hash')],
    action: asking<KnowledgeView>(
      'knowledge.show',
      (invocation, file = '') => ({ path: file, ...given(invocation, 'version') }),
      knowledgeCard,
    ),
  },
  {
    name: 'history',
    does: 'List the versions of a file.',
    example: 'knowledge history rules.md',
    arguments: [path],
    action: asking<{ items: KnownVersion[] }>(
      'knowledge.history',
      (_invocation, file = '') => ({ path: file }),
      ({ items }, { world }) =>
        table(
          ['version', 'hash', 'since', ''],
          items.map((one) => [
            `v${one.version}`,
            one.hash.slice(0, 12),
            formatTime(one.publishedAt, world.timeZone),
            one.inForce ? 'in force' : '',
          ]),
          'No versions.',
        ),
    ),
  },
  {
    name: 'diff',
    does: 'Show what a proposal would change, or what differs between two versions of a file.',
    example: 'knowledge diff rules.md 1 2',
    arguments: [
      new Argument('<what>', 'a proposal (prp_…), or a file'),
      new Argument('[from]', 'a version'),
      new Argument('[to]', 'another version'),
    ],
    action: onDesk(diff),
  },
  {
    name: 'check',
    does: 'Read the folder again, and say what is wrong in it.',
    example: 'knowledge check',
    action: onDesk(check),
  },
]

const changing: readonly Verb[] = [
  {
    name: 'proposals',
    does: 'List what is proposed.',
    example: 'knowledge proposals',
    options: [
      new Option('--state <state>', 'open (default), accepted or refused'),
      new Option('--limit <count>', 'at most so many (default 50)'),
      new Option('--cursor <next>', 'go on where a page before ended'),
    ],
    action: asking<{ items: ProposalLine[]; next: string | null }>(
      'knowledge.proposals',
      (invocation) => given(invocation, 'state', 'limit', 'cursor'),
      ({ items, next }, { world }) =>
        `${proposalTable(items, world.timeZone)}${next === null ? '' : `\nMore: --cursor ${next}`}`,
    ),
  },
  {
    name: 'propose',
    does: 'Propose a file, new or changed, to look at its difference before it is in force.',
    example: 'knowledge propose rules.md draft.md --why "Readers asked for it"',
    arguments: [path, new Argument('<file>', "where its text is; '-' is standard input")],
    options: [new Option('--why <reason>', 'why').makeOptionMandatory()],
    action: onDesk(propose),
  },
  {
    name: 'accept',
    does: 'Accept a proposal: its file is written and in force; the version before is kept.',
    example: 'knowledge accept prp_0k3v9q2m7x',
    arguments: [proposal],
    options: [new Option('--why <reason>', 'why')],
    action: asking<{ proposal: string }>(
      'knowledge.accept',
      (invocation, id = '') => ({ proposal: id, ...given(invocation, 'why') }),
      (output) =>
        `Accepted ${output.proposal}; it is in force.\nBack: soloist knowledge restore PATH --version VERSION`,
    ),
  },
  {
    name: 'refuse',
    does: 'Refuse a proposal.',
    example: 'knowledge refuse prp_0k3v9q2m7x --why "True of one customer only"',
    arguments: [proposal],
    options: [new Option('--why <reason>', 'why').makeOptionMandatory()],
    action: asking<{ proposal: string }>(
      'knowledge.refuse',
      (invocation, id = '') => ({ proposal: id, ...given(invocation, 'why') }),
      (output) => `Refused ${output.proposal}.`,
    ),
  },
  {
    name: 'restore',
    does: 'Put a version of a file in force that was before.',
    example: 'knowledge restore rules.md --version 1',
    arguments: [path],
    options: [
      new Option('--version <version>', 'its number, or the first digits of its hash').makeOptionMandatory(),
      new Option('--discard', 'also over a file that is no version, and is lost then'),
    ],
    action: asking<{ path: string; hash: string }>(
      'knowledge.restore',
      (invocation, file = '') => ({ path: file, ...given(invocation, 'version', 'discard') }),
      (now) => `${now.path} is ${now.hash.slice(0, 12)} again.`,
    ),
  },
]

/** Rules, templates, policies and playbooks. */
export const knowledgeVerbs: readonly Verb[] = [...reading, ...changing]

async function diff(desk: Desk, invocation: Invocation, what = '', from?: string, to?: string): Promise<number> {
  const output = what.startsWith('prp_')
    ? await desk.call('knowledge.proposal', { proposal: what })
    : await desk.call('knowledge.diff', { path: what, from: from ?? '', to: to ?? '' })
  const { differences } = output as unknown as { readonly differences: readonly Difference[] }
  invocation.show(output, () =>
    differences.length === 0 ? 'They are the same.' : differences.map(difference).join('\n\n'),
  )
  return exit.ok
}

async function check(desk: Desk, invocation: Invocation): Promise<number> {
  const output = await desk.call('knowledge.check', {})
  const { items, wrong } = output as unknown as KnowledgeList
  invocation.show(output, () =>
    wrong.length === 0 ? `All is well: ${items.length} files are in force.` : wrongText(wrong),
  )
  return wrong.length === 0 ? exit.ok : exit.fault
}

async function propose(desk: Desk, invocation: Invocation, file = '', source = ''): Promise<number> {
  const text = await textOf(invocation.world, source)
  const output = await desk.call('knowledge.propose', { path: file, text, ...given(invocation, 'why') } as Json)
  const { proposal: id } = output as { readonly proposal: string }
  invocation.show(output, () => `Proposed ${id}.\nNext: soloist knowledge diff ${id}; soloist knowledge accept ${id}`)
  return exit.ok
}
