import type { ForecastLine, ForecastView } from '../../os/queries/forecast.ts'
import { formatUsd, type Usd } from '../../values/money.ts'
import { table } from './table.ts'

/** What this month will cost, as a table, and below it what stands out. */
export function forecastText({ month, timeZone, items }: ForecastView): string {
  const rows = items.map((line) => [
    line.scope,
    formatUsd(line.spent),
    amount(line.perDay.week),
    amount(line.perDay.fourWeeks),
    line.month === null ? '-' : formatUsd(line.month.likely),
    line.month === null ? '-' : `${formatUsd(line.month.low)} to ${formatUsd(line.month.high)}`,
    amount(line.limit),
  ])
  const heads = ['scope', 'spent', 'a day (7 d)', 'a day (28 d)', `end of ${month}`, '9 in 10 within', 'limit']
  return [table(heads, rows, ''), ...items.flatMap(remarks), `Days are those of ${timeZone}.`].join('\n')
}

function remarks({ scope, scheduled, reaches, why, limit }: ForecastLine): string[] {
  const fires = scheduled
    .filter(({ runs }) => runs > 0 && scope !== 'company')
    .map(({ schedule, runs, each }) => {
      const cost = each === null ? 'none has ended yet' : `${formatUsd(each)} each`
      return `${scope}: ${runs} more ${runs === 1 ? 'run' : 'runs'} by the schedule ${schedule}, ${cost}.`
    })
  const limits =
    reaches === null
      ? []
      : [`${scope} reaches its limit of ${amount(limit)} on ${reaches.on}; perhaps on ${reaches.earliest}.`]
  return [...fires, ...limits, ...(why === null ? [] : [`${scope}: ${why}`])]
}

const amount = (value: Usd | null): string => (value === null ? '-' : formatUsd(value))
