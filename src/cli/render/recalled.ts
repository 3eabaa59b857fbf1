import type { RecalledLines, RunRecalled } from '../../os/queries/recalled.ts'
import type { RecalledLine } from '../../telemetry/card.ts'
import type { Instant } from '../../values/time.ts'
import { indent, plain, table } from './table.ts'
import { formatTime } from './time.ts'

/** What agents were given of memory, task by task; `undefined` where nothing was. */
export function recalledList({ items, knowledge }: RunRecalled, timeZone: string): string | undefined {
  if (items.length === 0) return undefined
  const tasks = items.map((one) => `${title(one)}\n${indent(linesTable(one, timeZone))}`)
  const bound = knowledge.map(({ path, hash }) => `${path} (${hash.slice(0, 12)})`).join(', ')
  return ['Remembered', indent(tasks.join('\n')), ...(bound === '' ? [] : [`Bound to: ${plain(bound)}`])].join('\n')
}

/** The same on a gate's card. */
export function recalledOnCard(lines: readonly RecalledLine[], timeZone: string): string {
  const rows = lines.map(({ mark, from, at, origin, text }) => [mark, from, day(at, timeZone), origin, short(text)])
  return table(columns, rows, '')
}

const columns = ['', 'source', 'when', 'of', 'line']
const longest = 100

function title({ name, round, tokens, left, step }: RecalledLines): string {
  const again = round > 1 ? `, round ${round}` : ''
  const more = left > 0 ? `; ${left} more did not fit` : ''
  return plain(`${name}${again}: ${tokens} tokens, event ${step}${more}`)
}

function linesTable({ lines }: RecalledLines, timeZone: string): string {
  const rows = lines.map(({ mark, from, at, origin, text }) => [mark, from, day(at, timeZone), origin, short(text)])
  return table(columns, rows, 'Nothing was found.')
}

function day(at: Instant | null, timeZone: string): string {
  return at === null ? '-' : formatTime(at, timeZone)
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}
