import { Argument, Option } from 'commander'
import type { BudgetLine } from '../../os/queries/budgets.ts'
import type { ForecastView } from '../../os/queries/forecast.ts'
import { refuse } from '../../values/fault.ts'
import { formatUsd, type Usd, usd } from '../../values/money.ts'
import { asking, given, type Verb } from '../invocation.ts'
import { forecastText } from '../render/forecast.ts'
import { table } from '../render/table.ts'

export const budgetVerbs: readonly Verb[] = [
  {
    name: 'list',
    does: 'List what may be spent this month and what was.',
    example: 'budget list',
    action: asking<{ items: BudgetLine[] }>(
      'budgets.list',
      () => ({}),
      ({ items }) => budgetTable(items),
    ),
  },
  {
    name: 'forecast',
    does: 'Say what this month will cost at the rate of late, and when a limit is reached.',
    example: 'budget forecast',
    action: asking<ForecastView>('budgets.forecast', () => ({}), forecastText),
  },
  {
    name: 'set',
    does: 'Limit what may be spent; "none" lifts the limit.',
    example: 'budget set workflow:newsletter 20',
    arguments: [
      new Argument('<scope>', 'company, workflow:NAME, run:ID, task:ID, or agent:ID of a task'),
      new Argument('<amount>', 'dollars, or none'),
    ],
    options: [new Option('--period <period>', 'a month like 2026-03, or life')],
    action: asking<{ scope: string; period: string; limit: Usd | null }>(
      'budgets.set',
      (invocation, scope = '', amount = '') => ({ scope, limit: dollars(amount), ...given(invocation, 'period') }),
      ({ scope, period, limit }) =>
        `${scope} may spend ${limit === null ? 'anything' : formatUsd(limit)} in ${period}.`,
    ),
  },
]

/** `20`, `$20`, `0.5`: dollars as they are typed. Fault: `input.invalid`. */
export function dollars(text: string): Usd | null {
  if (text === 'none') return null
  if (!/^\$?\d{1,9}(\.\d{1,6})?$/.test(text)) {
    refuse('input.invalid', { what: `"${text}"`, why: 'it is not an amount of dollars like 20 or 0.50' })
  }
  return usd(Number(text.replace('$', '')))
}

function budgetTable(items: readonly BudgetLine[]): string {
  const amount = (value: Usd | null): string => (value === null ? '-' : formatUsd(value))
  const rows = items.map((item) => [
    item.scope,
    item.period,
    amount(item.limit),
    amount(item.spent),
    amount(item.reserved),
    amount(item.left),
  ])
  return table(
    ['scope', 'period', 'limit', 'spent', 'reserved', 'left'],
    rows,
    'Nothing was spent, and nothing is limited.',
  )
}
