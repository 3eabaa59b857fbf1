import { z } from 'zod'
import { periodOf } from '../../budget/period.ts'
import { refuse } from '../../values/fault.ts'
import { microUsd } from '../../values/money.ts'
import { didYouMean } from '../../values/nearest.ts'
import { type Operation, operation } from '../operation.ts'
import { listBudgets } from '../queries/budgets.ts'
import { money } from './fields.ts'

const scope = z
  .string()
  .regex(
    /^(company|workflow:.{1,100}|run:run_[0-9a-z]+|(task|agent):tsk_[0-9a-z]+)$/,
    'is not company, workflow:NAME, run:ID, task:ID or agent:ID of a task',
  )
const period = z.string().regex(/^(life|\d{4}-(0[1-9]|1[0-2]))$/, 'is not life or a month like 2026-03')

const forecastView = z.object({
  scope: z.string(),
  spent: money,
  limit: money.nullable(),
  perDay: z.object({ week: money.nullable(), fourWeeks: money.nullable() }),
  scheduled: z.array(z.object({ schedule: z.string(), runs: z.int(), each: money.nullable() })),
  month: z.object({ likely: money, low: money, high: money }).nullable(),
  reaches: z.object({ on: z.iso.date(), earliest: z.iso.date() }).nullable(),
  why: z.string().nullable(),
})

export const budgetOperations: readonly Operation[] = [
  operation({
    name: 'budgets.list',
    kind: 'query',
    does: 'Lists what the company and its workflows may spend and have spent.',
    http: { method: 'get', path: '/budgets' },
    input: z.object({}),
    output: z.object({
      items: z.array(
        z.object({
          scope: z.string(),
          period: z.string(),
          limit: money.nullable(),
          spent: money,
          reserved: money,
          left: money.nullable(),
        }),
      ),
    }),
    example: {},
    run: async (os) => ({ items: await listBudgets(os) }),
  }),
  operation({
    name: 'budgets.forecast',
    kind: 'query',
    does: 'Says what this month will cost at the rate of late: the company, each workflow, each agent.',
    http: { method: 'get', path: '/budgets/forecast' },
    input: z.object({}),
    output: z.object({ month: z.string(), timeZone: z.string(), items: z.array(forecastView) }),
    example: {},
    run: async (os) => (await import('../queries/forecast.ts')).forecastMonth(os),
  }),
  operation({
    name: 'budgets.set',
    kind: 'command',
    does: 'Limits what a scope may spend in a period: this month for company and workflows, else for life; null lifts the limit.',
    http: { method: 'put', path: '/budgets/{scope}' },
    input: z.object({ scope, period: period.optional(), limit: money.nullable() }),
    output: z.object({ scope, period, limit: money.nullable() }),
    example: { scope: 'workflow:newsletter', limit: microUsd(20_000_000) },
    async run(os, input) {
      const name = input.scope.startsWith('workflow:') ? input.scope.slice('workflow:'.length) : undefined
      const names = os.config.workflows.map((workflow) => workflow.name)
      if (name !== undefined && !names.includes(name))
        refuse('input.unknown', {
          kind: 'workflow',
          name,
          nearest: didYouMean(name, names),
          command: 'soloist plan',
        })
      const monthly = input.scope === 'company' || name !== undefined
      const now = periodOf(os.clock.now(), os.config.operator.timeZone)
      const purse = { scope: input.scope, period: input.period ?? (monthly ? now : 'life') }
      await os.setLimit(purse, input.limit)
      return { ...purse, limit: input.limit }
    },
  }),
]
