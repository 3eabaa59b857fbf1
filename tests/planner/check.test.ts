import { expect, test } from 'vitest'
import { check } from '../../src/planner/check.ts'
import { usd } from '../../src/values/money.ts'
import { newsletter } from './newsroom.ts'
import { call, doers, from, planOf } from './plans.ts'

const codes = (...args: Parameters<typeof check>) => check(...args).map((one) => one.code)

test('the newsletter passes', () => {
  expect(check(newsletter.plan(), doers)).toEqual([])
})

test('all faults are told at once, each once', () => {
  const plan = planOf([
    { name: 'draft', kind: 'agent', doer: 'writr', inputs: {} },
    { name: 'draft', kind: 'function', doer: 'shout', inputs: { txt: 'x' } },
    call('loud', { from: 'darft' }),
    call('louder', { value: 3 }),
  ])
  expect(codes(plan, doers).sort()).toEqual([
    'plan.duplicate-name',
    'plan.extra-input',
    'plan.missing-input',
    'plan.unknown-doer',
    'plan.unknown-source',
    'plan.wrong-type',
  ])
})

test('faults name what was probably meant', () => {
  const plan = planOf([
    call('loud', from('louder2')),
    { name: 'louder', kind: 'function', doer: 'shuot', inputs: { txt: 'a' } },
  ])
  const messages = check(plan, doers).map((one) => one.message)
  expect(messages).toContain(
    'Task "loud": "text" comes from "louder2", which is not in the plan. Did you mean "louder"?',
  )
  expect(messages).toContain(
    'Task "louder" is to be done by "shuot", which nobody here is called. Did you mean "shout"?',
  )
})

test('a wrong type says what was expected and what was found, deep inside too', () => {
  const plan = planOf([
    {
      name: 'research',
      kind: 'agent',
      doer: 'researcher',
      inputs: { brief: { value: { audience: 'a', topic: 3, sendAt: '' } } },
    },
    call('loud', from('research', 'points')),
    call('louder', from('research', 'pionts')),
  ])
  expect(check(plan, doers).map((one) => one.message)).toEqual([
    'Task "research": "brief" should be text in topic, and {"audience":"a","topic":3,"sendAt":""} is 3 there.',
    'Task "loud": "text" should be text, and research.points is a list of text.',
    'Task "louder": "text" should be text, and research.pionts is not there.',
  ])
})

test('a doer of another kind than the plan says is not that doer', () => {
  const plan = planOf([{ name: 'loud', kind: 'action', doer: 'shout', inputs: { text: 'a' } }])
  expect(check(plan, doers)[0]?.message).toContain('It is of kind function.')
})

test('limits must make sense', () => {
  const body = [call('loud', from('$item'))]
  const each = (max: number) => ({
    name: 'every',
    kind: 'each' as const,
    inputs: { items: { value: ['a'] } },
    max,
    body,
    result: from('loud'),
  })
  expect(codes(planOf([each(0)]), doers)).toEqual(['plan.bad-limit'])
  expect(codes(planOf([each(1e9)]), doers)).toEqual(['plan.bad-limit'])
  expect(codes(planOf([each(10)]), doers)).toEqual([])
  expect(codes(planOf([{ ...each(10), body: [] }]), doers)).toContain('plan.bad-limit')
  expect(codes(planOf([{ ...call('loud', 'x'), delay: -1 }]), doers)).toEqual(['plan.bad-limit'])
  expect(codes(planOf([call('a', 'x'), call('b', 'x')]), doers, { limits: { tasks: 1 } })).toEqual(['plan.bad-limit'])
  expect(codes(planOf([], { output: { value: 1 } }), doers)).toEqual(['plan.bad-limit'])
})

test('the worst case of all tasks may not pass the budget of the run: each counts times its max', () => {
  const body = [{ ...call('loud', from('$item')), budget: { cost: usd(0.1) } }]
  const each = {
    name: 'every',
    kind: 'each' as const,
    inputs: { items: { value: ['a'] } },
    max: 10,
    body,
    result: from('loud'),
  }
  const plan = (limit: number) =>
    planOf([each, { ...call('b', 'x'), budget: { cost: usd(0.5) } }], { budget: { cost: usd(limit) } })
  expect(codes(plan(1.5), doers)).toEqual([])
  expect(check(plan(1.49), doers).map((one) => one.message)).toEqual([
    'The tasks may cost $1.50, more than the $1.49 of the run.',
  ])
})

test('an item has the type of its list, and its field may not be wired outside', () => {
  const plan = planOf([
    {
      name: 'research',
      kind: 'agent',
      doer: 'researcher',
      inputs: { brief: { value: { audience: 'a', topic: 'b', sendAt: '' } } },
    },
    {
      name: 'every',
      kind: 'each',
      inputs: { items: from('research', 'sources') },
      max: 3,
      body: [call('loud', from('$item'))],
      result: from('loud'),
    },
    call('outside', from('$item')),
    call('inside', from('loud')),
  ])
  expect(check(plan, doers).map((one) => one.message)).toEqual([
    'Task "outside": "text" comes from "$item", which is not in the plan.',
    'Task "inside": "text" comes from "loud", which is not in the plan.',
    'Task "loud": "text" should be text, and the item is an object with title.',
  ])
})

test('a condition must fit what it looks at', () => {
  const when = (is: string, of: unknown) =>
    planOf([
      { name: 'if', kind: 'when', inputs: { of }, condition: { is, to: 3 } },
      { ...call('loud', 'x'), guards: ['if'], needs: ['if'] },
    ])
  expect(codes(when('over', { value: 'much' }), doers)).toEqual(['plan.wrong-type'])
  expect(codes(when('true', { value: 3 }), doers)).toEqual(['plan.wrong-type'])
  expect(codes(when('over', { value: 4 }), doers)).toEqual([])
  expect(codes(when('present', { value: null }), doers)).toEqual([])
})

test('only a when can guard', () => {
  const plan = planOf([call('a', 'x'), { ...call('b', 'x'), guards: ['a'], needs: ['a'] }])
  expect(codes(plan, doers)).toEqual(['plan.unknown-source'])
})

test('what is asked of a sub-plan must come out of it', () => {
  expect(codes(planOf([call('a', 'x')]), doers, { produces: { type: 'string' } })).toEqual([])
  expect(codes(planOf([call('a', 'x')]), doers, { produces: { type: 'number' } })).toEqual(['plan.wrong-type'])
})
