import { Option } from 'commander'
import type { DistilReport } from '../../os/distil/on-demand.ts'
import type { MemoryStatus } from '../../os/queries/memory.ts'
import type { Json } from '../../values/json.ts'
import { formatDuration, milliseconds } from '../../values/time.ts'
import { asking, given, type Invocation, type Verb } from '../invocation.ts'
import { facts, plain, table } from '../render/table.ts'
import { formatTime } from '../render/time.ts'

export const memoryVerbs: readonly Verb[] = [
  {
    name: 'status',
    does: 'Show how far history is distilled, what was dropped, and how large the index is.',
    example: 'memory status',
    action: asking<MemoryStatus>('memory.status', () => ({}), statusText),
  },
  {
    name: 'distil',
    does: 'Make old history into facts and counts now. The history itself stays in the journal.',
    example: 'memory distil --identity ana@example.org --dry-run',
    options: [
      new Option('--identity <who>', 'only of one: an id or a handle'),
      new Option('--older-than <days>', 'how old, instead of what the config says'),
      new Option('--dry-run', 'only say what would be learned and dropped'),
    ],
    action: asking<DistilReport>('memory.distil', distilInput, distilText),
  },
]

function distilInput(invocation: Invocation): Json {
  const { olderThan } = invocation.options
  return {
    ...given(invocation, 'identity', 'dryRun'),
    ...(olderThan === undefined ? {} : { olderThanDays: olderThan as string }),
  }
}

function distilText({ dryRun, read, facts: learned, dropped, asked, more }: DistilReport): string {
  const would = dryRun ? 'would be ' : ''
  const rows = learned.map(({ identity, key, value, confidence, origin, sources }) => [
    identity,
    key,
    said(value),
    `${Math.round(confidence * 100)}%`,
    origin,
    sources.join(', '),
  ])
  return [
    `${read} events ${would}read, ${learned.length} facts ${would}learned.`,
    ...(rows.length === 0 ? [] : [table(['identity', 'fact', 'value', 'sure', 'origin', 'events'], rows, '')]),
    ...(Object.keys(dropped).length === 0 ? [] : [`Nothing but a count ${would}kept of ${list(dropped)}.`]),
    ...(asked.length === 0 ? [] : [`The distiller is asked in ${asked.join(', ')}: its facts come when it is done.`]),
    ...(more ? ['There is more that is old enough: ask again, or let the company work.'] : []),
  ].join('\n')
}

function statusText(
  { distilled, distilAfterMs, nextAt, ripe, retention, indexBytes }: MemoryStatus,
  { world }: Invocation,
): string {
  const { identities, stretches, read, facts: learned, dropped } = distilled
  const time = (at: number) => formatTime(at as never, world.timeZone)
  const kinds = retention.map(({ kind, keepForMs, retiredBefore }) => [
    kind,
    keepForMs === null ? 'for good' : formatDuration(milliseconds(keepForMs)),
    retiredBefore === null ? 'nothing yet' : `before ${time(retiredBefore)}`,
  ])
  return [
    facts([
      ['Distilled', `${read} events of ${identities} identities in ${stretches} stretches, into ${learned} facts`],
      ['Dropped', Object.keys(dropped).length === 0 ? 'nothing' : list(dropped)],
      ['Old enough', `${ripe} identities; after ${formatDuration(milliseconds(distilAfterMs))}`],
      ['Next', nextAt === null ? 'nothing waits' : time(nextAt)],
      ['Index', `${Math.ceil(indexBytes / 1024)} KB`],
    ]),
    ...(kinds.length === 0 ? [] : ['', table(['kind', 'found for', 'no longer found'], kinds, '')]),
  ].join('\n')
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')

const longestValue = 100

function said(value: Json): string {
  const text = plain(typeof value === 'string' ? value : JSON.stringify(value))
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text
}
