import { expect, test } from 'vitest'
import { z } from 'zod'
import { type GraftPoint, graft, notProduced } from '../../src/planner/graft.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { subPlanAsk } from '../../src/planner/sub-plan-ask.ts'
import { usd } from '../../src/values/money.ts'
import { call, doers, from, type Loose, planOf } from './plans.ts'

const allow = ['shout', 'writer', 'mail.send', 'newsletters.schedule']
const around = planOf([
  call('before', 'x'),
  {
    name: 'grow',
    kind: 'plan',
    planner: 'researcher',
    allow,
    inputs: { goal: from('before', 'deep') },
    produces: { type: 'string' },
    budget: { cost: usd(1) },
  },
])
const point: GraftPoint = { plan: around, task: 'grow', prefix: 'grow', made: 'system' }
const faultsOf = (written: Plan, made: GraftPoint['made'] = 'system') => {
  const result = graft(written, { ...point, made }, doers)
  return result.ok ? [] : result.faults.map((one) => one.code)
}
const written = planOf([call('loud', from('$input', 'goal')), call('louder', from('loud'))], { output: from('louder') })

test('a sub-plan is hung in under its prefix, its goal wired from around', () => {
  const result = graft(written, { ...point, prefix: 'every/2/grow' }, doers)
  if (!result.ok) throw new Error('it is fine')
  expect(result.graft.tasks.map((task) => [task.name, task.inputs.text, task.needs])).toEqual([
    ['every/2/grow/loud', { from: 'before', path: ['deep'] }, []],
    ['every/2/grow/louder', { from: 'every/2/grow/loud', path: [] }, ['every/2/grow/loud']],
  ])
  expect(result.graft.output).toEqual({ from: 'every/2/grow/louder', path: [] })
  expect(result.graft.plan).toMatchObject({ name: 'grow', lane: 'background', budget: { cost: 1_000_000 } })
  expect(result.graft.risky).toEqual([])
})

test('the same sub-plan at the same place is the same graft', () => {
  const again = JSON.parse(JSON.stringify(written)) as Plan
  expect(graft(again, point, doers)).toEqual(graft(written, point, doers))
})

test('a doer of which only the name is right is understood', () => {
  const result = graft(planOf([{ ...call('loud', 'x'), kind: 'agent' }]), point, doers)
  expect(result.ok && result.graft.plan.tasks[0]?.kind).toBe('function')
})

test('only what is allowed may be used, tools and covered actions included', () => {
  const brief = { value: { audience: 'a', topic: 'b', sendAt: 'c' } }
  const research: Loose = { name: 'r', kind: 'agent', doer: 'researcher', inputs: { brief } }
  expect(faultsOf(planOf([call('loud', 'x'), research]))).toEqual(['plan.unknown-doer'])
  const gate: Loose = { name: 'look', kind: 'gate', ask: '?', covers: ['newsletters.send'], inputs: { subject: 'x' } }
  expect(faultsOf(planOf([call('loud', 'x'), gate]))).toEqual(['plan.unknown-doer'])
})

test('it must give what was asked, within the budget of its task', () => {
  expect(faultsOf({ ...written, output: { value: 3 } })).toEqual(['plan.wrong-type'])
  expect(faultsOf(planOf([{ ...call('loud', 'x'), budget: { cost: usd(2) } }]))).toEqual(['plan.over-budget'])
  // A planner cannot give itself more.
  expect(faultsOf(planOf([{ ...call('loud', 'x'), budget: { cost: usd(2) } }], { budget: { cost: usd(9) } }))).toEqual([
    'plan.over-budget',
  ])
})

test('gates and taint hold for it as for any plan', () => {
  const mail: Loose = { name: 'send', kind: 'action', doer: 'mail.send', inputs: { to: 'a', subject: 'b', text: 'c' } }
  expect(faultsOf(planOf([call('loud', 'x'), mail]))).toEqual(['plan.ungated'])
  const keep: Loose = {
    name: 'keep',
    kind: 'action',
    doer: 'newsletters.schedule',
    inputs: { issue: { title: '', body: '' }, at: 'x' },
  }
  expect(faultsOf(planOf([call('loud', 'x'), keep]))).toEqual([])
  expect(faultsOf(planOf([call('loud', 'x'), keep]), 'external')).toEqual(['plan.external-control'])
  const result = graft(planOf([call('loud', 'x'), keep]), point, doers)
  expect(result.ok && result.graft.risky).toEqual(['keep'])
})

test('what is wrong is told in one fault, for the planner to try again', () => {
  const result = graft(planOf([call('loud', from('lod'))]), point, doers)
  const told = result.ok ? undefined : notProduced('researcher', result.faults)
  expect(told?.message).toBe(
    'The planner "researcher" gave no usable plan: Task "loud": "text" comes from "lod", which is not in the plan. Did you mean "loud"?.',
  )
})

test('the ask names the allowed doers only, marks what needs a gate, and its form takes a good plan and refuses a stranger', () => {
  const ask = subPlanAsk(allow, { type: 'string' }, doers)
  expect(ask).toEqual(subPlanAsk([...allow].reverse(), { type: 'string' }, doers))
  expect(ask.text).toContain('action "mail.send": Sends a mail. GATE (outward; sent: subject, text).')
  expect(ask.text).not.toContain('researcher')
  const form = z.fromJSONSchema(ask.schema as Parameters<typeof z.fromJSONSchema>[0])
  const fits = (plan: unknown) => form.safeParse(plan).success
  const task = { kind: 'function', name: 'loud', doer: 'shout', inputs: { text: { value: 'x' } } }
  expect(fits({ tasks: [task], output: { from: 'loud', path: [] } })).toBe(true)
  expect(fits({ tasks: [{ ...task, doer: 'researcher' }], output: { from: 'loud', path: [] } })).toBe(false)
})
