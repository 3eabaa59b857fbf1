import { Argument, Option } from 'commander'
import type { AgentLine, AgentView, VersionLine } from '../../os/queries/agents.ts'
import type { Difference } from '../../os/queries/body-diff.ts'
import type { ConfidenceView } from '../../os/queries/confidence.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { confidenceTable } from '../render/confidence.ts'
import { facts, indent, plain, table } from '../render/table.ts'

const agent = new Argument('<agent>', 'the name of an agent')

export const agentVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List the agents, and which versions take new runs.',
    example: 'agent list',
    action: asking<{ items: AgentLine[] }>(
      'agents.list',
      () => ({}),
      ({ items }) =>
        table(
          ['agent', 'in the folder', 'versions', 'new runs'],
          items.map((one) => [
            one.name,
            one.folder === null ? '-' : `v${one.folder}`,
            String(one.versions),
            one.takes || 'nobody',
          ]),
          'No agents.',
        ),
    ),
  },
  {
    name: 'show',
    does: 'Show an agent, its versions, and one of them whole.',
    example: 'agent show writer --version 4',
    arguments: [agent],
    options: [
      new Option('--version <version>', 'its number, or the first 8 digits of its hash (default: that of the folder)'),
    ],
    action: asking<AgentView>(
      'agents.show',
      (invocation, name) => ({ agent: name ?? '', ...given(invocation, 'version') }),
      agentCard,
    ),
  },
  {
    name: 'diff',
    does: 'Show in which parts two versions differ.',
    example: 'agent diff writer 3 4',
    arguments: [agent, new Argument('<from>', 'a version'), new Argument('<to>', 'another version')],
    action: asking<{ differences: Difference[] }>(
      'agents.diff',
      (_invocation, name, from, to) => ({ agent: name ?? '', from: from ?? '', to: to ?? '' }),
      ({ differences }) => (differences.length === 0 ? 'They are the same.' : differences.map(difference).join('\n\n')),
    ),
  },
  {
    name: 'confidence',
    does: 'Show how often an agent was right when it said how sure it is, by your decisions.',
    example: 'agent confidence writer',
    arguments: [agent],
    options: [
      new Option('--version <version>', 'its number, or the first 8 digits of its hash (default: that of the folder)'),
    ],
    action: asking<ConfidenceView>(
      'agents.confidence',
      (invocation, name) => ({ agent: name ?? '', ...given(invocation, 'version') }),
      confidenceTable,
    ),
  },
]

/** The versions of an agent as a table. */
export function versionTable(versions: readonly VersionLine[]): string {
  const rows = versions.map((one) => [
    `v${one.version}`,
    one.hash.slice(0, 12),
    `${one.share} %`,
    [
      ...(one.inFolder ? ['in the folder'] : []),
      ...(one.published ? [] : ['not used yet']),
      ...(one.withdrawn ? ['withdrawn'] : []),
    ].join(', '),
  ])
  return table(['version', 'hash', 'new runs', ''], rows, 'No versions.')
}

/** An agent with one of its versions whole, as a terminal shows it. */
export function agentCard({ name, versions, shown, body, runs, trial }: AgentView): string {
  return [
    facts([
      ['Agent', `${name} v${shown.version}`],
      ['Hash', shown.hash],
      ['Does', plain(body.does)],
      ['Tier', body.tier],
      ['May use', body.allow.length === 0 ? null : body.allow.join(', ')],
      [
        'Skills',
        body.skills ? body.skills.map((skill) => `${skill.name} ${skill.hash.slice(0, 12)}`).join(', ') : null,
      ],
      ['Recalls', body.recall ? recalls(body.recall) : null],
      ['At trial', trial ? `v${trial.version} against v${trial.baseline} (${trial.kind}): ${trial.says}` : null],
      ['At work in', runs.length === 0 ? null : runs.join(', ')],
    ]),
    '',
    indent(versionTable(versions)),
    '',
    'Instructions',
    indent(plain(body.instructions.trimEnd())),
  ].join('\n')
}

/** `a snapshot (300 tokens); 2 searches (800 tokens); house-style.md (1000 tokens)`. */
function recalls({ snapshot = 0, history = [], knowledge }: NonNullable<AgentView['body']['recall']>): string {
  const searched = history.reduce((sum, { tokens }) => sum + tokens, 0)
  const files = [...(knowledge?.files ?? []), ...(knowledge?.kinds ?? []).map((kind) => `each ${kind}`)]
  return [
    ...(snapshot > 0 ? [`a snapshot (${snapshot} tokens)`] : []),
    ...(history.length > 0
      ? [`${history.length === 1 ? 'a search' : `${history.length} searches`} (${searched} tokens)`]
      : []),
    ...(knowledge ? [`${files.join(', ') || 'knowledge'} (${knowledge.tokens} tokens)`] : []),
  ].join('; ')
}

/** A difference with its lines, as a terminal shows it. */
export function difference({ part, before, after, lines }: Difference): string {
  const told = lines
    ? lines.map(({ sign, text }) => `${sign} ${text}`)
    : [`- ${JSON.stringify(before)}`, `+ ${JSON.stringify(after)}`]
  return [part, indent(plain(told.join('\n')))].join('\n')
}
