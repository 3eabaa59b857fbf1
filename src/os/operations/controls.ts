import { z } from 'zod'
import { microUsd } from '../../values/money.ts'
import { type Operation, operation } from '../operation.ts'
import { lineOf, listControls } from '../queries/controls.ts'
import { at, idField, money, reason } from './fields.ts'

const controlId = idField('ctl', 'a control')
const tier = z.enum(['quality', 'standard', 'cheap'])
const kind = z.enum(['throttle', 'window', 'downgrade', 'stop'])
const lanes = z.enum(['background', 'all'])
const flag = z.stringbool().or(z.boolean())

/** A control as the desk shows it. */
export const controlView = z.object({
  id: controlId,
  scope: z.string(),
  kind,
  runs: z.int().nullable(),
  usd: money.nullable(),
  hours: z.string().nullable(),
  tier: tier.nullable(),
  lanes,
  by: z.enum(['operator', 'system']),
  why: z.string(),
  since: at,
  until: at.nullable(),
  ended: z.object({ at, how: z.enum(['lifted', 'replaced', 'expired']) }).nullable(),
})

const most = z.int().min(1).max(1_000_000)
const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('throttle'),
    runs: most.nullable().default(null),
    usd: money
      .refine((amount) => amount > 0, 'is nothing: stop it instead')
      .nullable()
      .default(null),
  }),
  z.strictObject({ kind: z.literal('window'), hours: z.string().trim().min(1).max(200) }),
  z.strictObject({ kind: z.literal('downgrade'), tier }),
  z.strictObject({ kind: z.literal('stop') }),
])

/** What the operator throttles, schedules, downgrades or stops at run time. */
export const controlOperations: readonly Operation[] = [
  operation({
    name: 'controls.list',
    kind: 'query',
    does: 'Lists the controls that hold now; with history, all there were, latest first.',
    http: { method: 'get', path: '/controls' },
    input: z.object({ history: flag.default(false) }),
    output: z.object({ items: z.array(controlView) }),
    example: {},
    run: async (os, input) => ({ items: await listControls(os, input) }),
  }),
  operation({
    name: 'controls.set',
    kind: 'command',
    does: 'Throttles, keeps to hours, downgrades or stops the company, a workflow, an agent or an account, from now on; replaces the control of that kind.',
    http: { method: 'post', path: '/controls' },
    input: z.object({
      scope: z.string().min(1).max(200),
      rule,
      lanes: lanes.optional(),
      until: at.optional(),
      why: reason.default('the operator wants it so'),
    }),
    output: controlView.extend({ replaced: controlView.nullable() }),
    example: {
      scope: 'workflow:newsletter',
      rule: { kind: 'throttle', runs: 10, usd: microUsd(2_000_000) },
      why: 'it writes too much',
    },
    async run(os, wish) {
      const { set, replaced } = await os.setControl(wish)
      const ended = { at: set.since, how: 'replaced' } as const
      return { ...lineOf(set, wish.why, null), replaced: replaced && lineOf(replaced, replaced.why, ended) }
    },
  }),
  operation({
    name: 'controls.lift',
    kind: 'command',
    does: 'Lifts a control: what waited for it goes on.',
    http: { method: 'post', path: '/controls/{control}/lift' },
    input: z.object({ control: controlId, why: reason.default('the operator lifted it') }),
    output: controlView,
    example: { control: 'ctl_0k3v9q2m7x' as never, why: 'the bill is paid' },
    async run(os, { control, why }) {
      const reason = os.controls.why(control)
      const lifted = await os.liftControl(control, why)
      return lineOf(lifted, reason, { at: os.clock.now(), how: 'lifted' })
    },
  }),
]
