import { z } from 'zod'
import type { Json } from '../values/json.ts'
import type { Usd } from '../values/money.ts'
import type { Schema } from '../values/schema.ts'
import type { Duration, Instant } from '../values/time.ts'
import { withNeeds } from './needs.ts'
import type { Plan, PlannedBudget, PlannedCondition, PlannedTask, Wire } from './plan.ts'
import type { PlannedRole } from './role.ts'

/**
 * A plan from outside: from a planner agent, an import, the API. Lenient in what it reads (what is missing gets its default, a
 * bare literal is a literal wire, a path may be a dotted text, `needs` follow from the wires), exact in what it gives. Whether the plan makes sense is for
 * `check` to say.
 */
export const planSchema: Schema<Plan> = z
  .object({
    version: z.literal(1).default(1),
    name: z.string().default('plan'),
    input: z.lazy(() => json).default({}),
    lane: z.enum(['interactive', 'background']).default('background'),
    subject: z.lazy(() => wire.nullable()).default(null),
    budget: z.lazy(() => budget.nullable()).default(null),
    deadline: z.lazy(() => duration.nullable()).default(null),
    tasks: z.lazy(() => z.array(task)),
    output: z.lazy(() => wire),
  })
  .transform((plan) => ({ ...plan, tasks: withNeeds(plan.tasks) }))

const json: Schema<Json> = z.json() as Schema<Json>
const duration = z.int() as unknown as Schema<Duration>
const money = z.int() as unknown as Schema<Usd>
const path = z
  .union([z.array(z.union([z.string(), z.int()])), z.string()])
  .transform((given) => (typeof given === 'string' ? given.split('.').filter(Boolean) : given.map(String)))

const wire: Schema<Wire> = z.union([
  z.object({ from: z.string(), path: path.optional().transform((given) => given ?? []) }),
  z.object({ value: json }),
  json.transform((value) => ({ value })),
]) as Schema<Wire>

const budget: Schema<PlannedBudget> = z.object({
  cost: money.nullable().default(null),
  time: duration.nullable().default(null),
  whenSpent: z.enum(['ask', 'stop', 'downgrade', 'defer']).default('ask'),
})

const retry = z.object({
  attempts: z.int(),
  first: duration,
  factor: z.number(),
  most: duration,
})

const condition: Schema<PlannedCondition> = z.lazy(() =>
  z.union([
    z.object({ is: z.enum(['true', 'present']) }),
    z.object({ is: z.enum(['equal', 'over', 'under']), to: json }),
    z.object({ is: z.literal('not'), what: condition }),
  ]),
)

const role: Schema<PlannedRole> = z.object({
  name: z.string(),
  needs: z.record(z.string(), z.string()).default({}),
  tier: z.enum(['quality', 'standard', 'cheap']).default('standard'),
  input: json,
  output: json,
})

const common = {
  name: z.string(),
  inputs: z.record(z.string(), wire).default({}),
  needs: z.array(z.string()).default([]),
  guards: z.array(z.string()).default([]),
  budget: budget.nullable().default(null),
  delay: z
    .union([duration, z.object({ calendarDays: z.int() })])
    .nullable()
    .default(null),
  at: z
    .union([z.int() as unknown as Schema<Instant>, wire])
    .nullable()
    .default(null),
  priority: z.int().default(0),
  key: z.string().nullable().default(null),
  retry: retry.nullable().default(null),
}

const task: Schema<PlannedTask> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ ...common, kind: z.literal('agent'), doer: z.string(), role: role.optional() }),
    z.object({ ...common, kind: z.literal('action'), doer: z.string() }),
    z.object({ ...common, kind: z.literal('function'), doer: z.string() }),
    z.object({
      ...common,
      kind: z.literal('wait'),
      doer: z.string(),
      within: duration,
      otherwise: z.enum(['fail', 'nothing']).default('fail'),
    }),
    z.object({
      ...common,
      kind: z.literal('gate'),
      ask: z.string(),
      gate: z.enum(['batch', 'confirm']).default('confirm'),
      covers: z.array(z.string()).default([]),
      within: duration.nullable().default(null),
      otherwise: z.enum(['reject', 'wait']).default('reject'),
    }),
    z.object({ ...common, kind: z.literal('when'), condition }),
    z.object({
      ...common,
      kind: z.literal('each'),
      max: z.int(),
      onFailure: z.enum(['stop', 'continue']).default('stop'),
      body: z.array(task),
      result: wire,
    }),
    z.object({
      ...common,
      kind: z.literal('plan'),
      planner: z.string(),
      allow: z.array(z.string()),
      produces: json.default({}),
    }),
  ]),
) as Schema<PlannedTask>
