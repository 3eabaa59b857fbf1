import { expect, test } from 'vitest'
import { check } from '../../src/planner/check.ts'
import type { Ancestor } from '../../src/planner/check-graph.ts'
import type { Plan } from '../../src/planner/plan.ts'
import { call, doers, from, type Loose, planOf } from './plans.ts'

const paths = (plan: Plan, ancestors: readonly Ancestor[] = []) =>
  check(plan, doers, { ancestors })
    .filter((one) => one.code === 'plan.cycle')
    .map((one) => one.about.path)

test('tasks that need each other in a circle are told with the whole path', () => {
  expect(paths(planOf([call('a', from('c')), call('b', from('a')), call('c', from('b'))]))).toEqual(['a → c → b → a'])
  expect(paths(planOf([call('a', from('a'))]))).toEqual(['a → a'])
})

test('each circle is told, not only the first', () => {
  const plan = planOf([call('a', from('b')), call('b', from('a')), call('c', from('d')), call('d', from('c'))])
  expect(paths(plan)).toEqual(['a → b → a', 'c → d → c'])
})

test('a stated need counts as much as a wire, and a guard too', () => {
  expect(paths(planOf([{ ...call('a', 'x'), needs: ['b'] }, call('b', from('a'))]))).toEqual(['a → b → a'])
  const when: Loose = { name: 'if', kind: 'when', inputs: { of: from('a') }, condition: { is: 'present' } }
  expect(paths(planOf([when, { ...call('a', 'x'), guards: ['if'] }]))).toEqual(['a → if → a'])
})

test('a body that needs what waits for its each is a circle', () => {
  const every: Loose = {
    name: 'every',
    kind: 'each',
    inputs: { items: { value: ['x'] } },
    max: 3,
    body: [call('inner', from('after'))],
    result: from('inner'),
  }
  const after = { ...call('after', 'x'), needs: ['every'] }
  expect(paths(planOf([every, after]))).toEqual(['after → every → inner → after'])
  expect(paths(planOf([{ ...every, body: [call('inner', from('every'))] }]))).toContain('every → inner → every')
})

const around = planOf([
  call('before', 'x'),
  { name: 'grow', kind: 'plan', planner: 'researcher', allow: ['shout'], inputs: { goal: from('before') } },
  call('after', from('grow')),
])

test('a grafted task that needs what waits for its own plan is a circle', () => {
  const ancestors = [{ plan: around, task: 'grow' }]
  expect(paths(planOf([call('x', from('after'))]), ancestors)).toEqual(['x → after → grow → x'])
  expect(paths(planOf([call('x', from('grow'))]), ancestors)).toEqual(['x → grow → x'])
  // What came before is no circle, but not in the plan either: a sub-plan is given its goal and nothing else.
  const plan = planOf([call('x', from('before'))])
  expect(paths(plan, ancestors)).toEqual([])
  expect(check(plan, doers, { ancestors }).map((one) => one.code)).toEqual(['plan.unknown-source'])
})

test('a plan that grafts itself again is a circle, and grafting has a depth', () => {
  const outer = { plan: around, task: 'grow' }
  expect(paths(around, [outer])).toEqual(['grow → grow'])
  const deep = Array.from({ length: 5 }, () => outer)
  expect(check(planOf([call('x', 'y')]), doers, { ancestors: deep }).map((one) => one.code)).toEqual(['plan.bad-limit'])
})
