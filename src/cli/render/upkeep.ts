import type { UpkeepLine } from '../../os/operations/upkeep.ts'
import { formatUsd } from '../../values/money.ts'
import { table } from './table.ts'
import { formatTime } from './time.ts'

/** What automations cost, take and need in a month, and under it why those at or beyond a limit are. */
export function upkeepTable(month: string, items: readonly UpkeepLine[], timeZone: string): string {
  const rows = items.map((item) => [
    item.about,
    item.debt.toFixed(2),
    formatUsd(item.cost),
    `${item.minutes}/${item.minutesAllowed}`,
    item.saved === null ? '-' : String(item.saved),
    String(item.runs),
    item.runs === 0 ? '-' : percent(item.failureRate),
    item.decided === 0 ? '-' : `${percent(item.refusedShare)}, ${percent(item.editedShare)}`,
    formatTime(item.lastAt, timeZone),
    formatTime(item.reviewAt, timeZone),
  ])
  const heads = [
    'automation',
    'debt',
    'cost',
    'minutes',
    'saved',
    'runs',
    'failed',
    'refused, edited',
    'last',
    'review',
  ]
  const shown = table(heads, rows, 'There is nothing to look after.')
  const why = items.flatMap((item) => (reasons(item) === '' ? [] : [`${item.about}: ${reasons(item)}`]))
  return why.length === 0 ? `${month}\n${shown}` : `${month}\n${shown}\n\n${why.join('\n')}`
}

/** Each part of the debt at or beyond its limit, the worst first, and what is proposed. */
function reasons({ about, parts, pausedAt, proposesPause }: UpkeepLine): string {
  const beyond = Object.entries(parts)
    .filter(([, value]) => value >= 1)
    .sort((a, b) => b[1] - a[1])
    .map(([name, value]) => `${name} ${value.toFixed(1)}`)
  const proposed = proposesPause ? [`proposed: soloist upkeep pause ${about} --why REASON`] : []
  return [...beyond, ...(pausedAt === null ? [] : ['paused']), ...proposed].join(', ')
}

const percent = (share: number): string => `${Math.round(share * 100)} %`
