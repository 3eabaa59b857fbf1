import type { ImportReport } from '../../identity/import.ts'
import { plain, table } from './table.ts'

/** What became of the rows of a file. */
export type Report = ImportReport

const mostShown = 20

/** How many rows went where; in a dry run also which; and which were left out, with why. */
export function importText(report: Report, dryRun: boolean): string {
  const { created, joined, known, left, refused } = report
  return [
    `${created} new, ${joined} joined, ${known} known already, ${left} unsubscribed or bounced, ${refused.length} left out.`,
    ...(dryRun ? foreseen(report) : []),
    ...alike(report),
    ...strange(report),
    ...disputed(report),
    ...shown(
      refused.map(({ line, why }) => [String(line), why]),
      ['line', 'why'],
    ),
    ...(dryRun ? ['Nothing was done. Next: the same without --dry-run'] : []),
  ].join('\n')
}

const words = { created: 'is new', joined: 'joins', known: 'is known', left: 'has left' } as const

function foreseen({ rows }: Report): string[] {
  return shown(
    rows.map(({ line, name, to, identity }) => [String(line), name, words[to], identity ?? '']),
    ['line', 'name', 'would be', 'who'],
  )
}

function alike({ rows }: Report): string[] {
  const found = rows.flatMap(({ line, name, alike }) =>
    alike.map(({ identity, evidence, warning }) => [
      String(line),
      name,
      warning ? `WARNING: looks like ${identity}` : `may be ${identity}`,
      evidence.join(' '),
    ]),
  )
  return shown(found, ['line', 'name', 'beware', 'why'])
}

function strange({ rows }: Report): string[] {
  return rows
    .flatMap(({ identity, strange }) => strange.map((handle) => ({ identity, handle })))
    .slice(0, mostShown)
    .map(
      ({ identity, handle }) =>
        `${plain(handle)} is not known to be of ${identity}. Next: soloist identity handle ${identity} ${plain(handle)}`,
    )
}

function disputed({ rows }: Report): string[] {
  return rows
    .filter(({ disputed }) => disputed.length > 0)
    .slice(0, mostShown)
    .map(
      ({ identity, name, disputed }) =>
        `${plain(name)}: you said otherwise of ${disputed.map(plain).join(', ')}, and yours stands. Next: soloist identity show ${identity}`,
    )
}

function shown(rows: readonly (readonly string[])[], head: readonly string[]): string[] {
  if (rows.length === 0) return []
  const more = rows.length > mostShown ? [`… and ${rows.length - mostShown} more (--json shows all)`] : []
  return [
    table(
      [...head],
      rows.slice(0, mostShown).map((row) => [...row]),
      '',
    ),
    ...more,
  ]
}
