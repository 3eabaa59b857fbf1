import type { Line } from '../../memory/line.ts'
import type { Explained, Recalled } from '../../memory/recall.ts'
import type { Part } from '../../memory/weigh.ts'
import { indent, plain, table } from './table.ts'

/** What memory gave, as it would be read; explained: where each line is from, and what its score is made of. */
export function recalledText({ lines, tokens, upTo, explained }: Answer): string {
  const end = `${lines.length} ${lines.length === 1 ? 'line' : 'lines'}, ${tokens} tokens, up to event ${upTo}.`
  if (!explained) return [...lines.map((line) => plain(line.text)), '', end].join('\n').trimStart()
  return [
    ...lines.map((line, at) => explainedLine(line, explained.parts[at] ?? [])),
    '',
    wordTable(explained),
    ...meaningLines(explained),
    ...explained.dates.map(({ named, days: [first, last] }) => `"${plain(named)}": ${first} to ${last}`),
    '',
    ...(explained.left.length === 0 ? [] : ['Did not fit, or said the same again:']),
    ...explained.left.map(({ line, parts }) => indent(explainedLine(line, parts))),
    `${explained.considered} considered. ${end}`,
  ].join('\n')
}

type Shown = Pick<Line, 'text' | 'source' | 'score'>

interface Answer extends Omit<Recalled, 'explained'> {
  readonly explained: Explained | null
}

function explainedLine(line: Shown, parts: readonly Part[]): string {
  const made = parts.map(({ what, worth }) => `${plain(what)} ${worth.toFixed(2)}`).join(' + ')
  return `${plain(line.text)}\n${indent(`${sourceOf(line)}, score ${line.score.toFixed(2)} = ${made}`)}`
}

function sourceOf({ source }: Shown): string {
  switch (source.tier) {
    case 'history':
      return `event ${source.seq} (${source.kind}) of ${source.identity}`
    case 'knowledge':
      return `knowledge ${plain(source.path)}${source.heading === null ? '' : `, ${plain(source.heading)}`}`
    case 'working':
      return `kept as ${plain(source.key)}, event ${source.seq}`
    default:
      return source satisfies never
  }
}

function wordTable({ words }: Explained): string {
  const rows = words.map(({ word, from, idf, passages }) => [word, from ?? '', `${passages}`, idf.toFixed(2)])
  return table(['WORD', 'FOR', 'PASSAGES', 'IDF'], rows, 'No word was looked for.')
}

function meaningLines({ meaning }: Explained): string[] {
  if (!meaning) return []
  const { embedder, lacking, fault } = meaning
  const without = lacking === 0 ? '' : `; ${lacking} without a vector yet`
  return [
    `Meaning by ${plain(embedder)}${without}.${fault ? ` ${plain(fault.message)} Next: ${plain(fault.next)}` : ''}`,
  ]
}
