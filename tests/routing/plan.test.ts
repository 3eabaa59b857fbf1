import { expect, test } from 'vitest'
import { z } from 'zod'
import { feeds } from '../../src/adapters/ports/feeds.ts'
import { role, usd, workflow } from '../../src/index.ts'
import { check } from '../../src/planner/check.ts'
import { doersOf } from '../../src/planner/doer-facts.ts'
import { estimate } from '../../src/planner/estimate.ts'
import { planSchema } from '../../src/planner/plan-schema.ts'
import { taint } from '../../src/planner/taint.ts'
import { parse } from '../../src/values/schema.ts'
import { Given, german, writer } from './company.ts'

const like = writer('like', ['de'])
const plan = german(like).plan()
const codes = (...agents: Parameters<typeof doersOf>[0][]): string[] =>
  check(plan, doersOf(agents.flatMap((some) => [...some]))).map((fault) => fault.code)

test('a plan holds a role as data: its name, its needs, its schemas; and is read back as it is', () => {
  expect(plan.tasks).toMatchObject([
    {
      kind: 'agent',
      doer: 'role writer (language=de)',
      role: {
        name: 'writer',
        needs: { language: 'de' },
        tier: 'standard',
        input: { type: 'object', required: ['about'] },
        output: { type: 'object', required: ['body'] },
      },
    },
  ])
  expect(parse(planSchema, JSON.parse(JSON.stringify(plan)))).toEqual({ ok: true, value: plan })
})

test('a plan without roles has no trace of them', () => {
  const plain = workflow({ name: 'plain', input: Given }, (flow, given) =>
    flow.task('work', like, { about: given.get('about') }),
  ).plan()
  expect(plain.tasks[0]).not.toHaveProperty('role')
})

test('a role that somebody fits is in order; nobody fits who cannot, is called otherwise, or takes or gives something else', () => {
  expect(codes([writer('one', ['en', 'de'])])).toEqual([])
  expect(codes([])).toEqual(['role.nobody'])
  expect(codes([writer('one', ['en'])])).toEqual(['role.nobody'])
  expect(codes([writer('one', ['de'], { role: { name: 'editor', able: { language: ['de'] } } })])).toEqual([
    'role.nobody',
  ])
  expect(codes([writer('one', ['de'], { role: null })])).toEqual(['role.nobody'])
  const greedy = { ...like, input: z.object({ about: z.string(), tone: z.string() }) }
  expect(codes([greedy])).toEqual(['role.nobody'])
  const mute = { ...like, output: z.object({ title: z.string() }) }
  expect(codes([mute])).toEqual(['role.nobody'])
})

test('wires into and out of a role are checked by its schemas', () => {
  const wrong = workflow({ name: 'wrong', input: Given }, (flow, given) => {
    const draft = flow.task('work', role('writer', {}, like), { topic: given.get('about') } as never)
    return flow.task('again', role('writer', {}, like), {
      about: (draft as never as { get(key: string): never }).get('title'),
    })
  }).plan()
  expect(
    check(wrong, doersOf([like]))
      .map((fault) => fault.code)
      .sort(),
  ).toEqual(['plan.extra-input', 'plan.missing-input', 'plan.wrong-type'])
})

test('the estimate takes the dearest of all that could be chosen, and says so where one has no bound', () => {
  const cheap = writer('one', ['de'], { budget: { cost: usd(1) } })
  const dear = writer('two', ['de'], { budget: { cost: usd(3) } })
  const other = writer('three', ['en'], { budget: { cost: usd(9) } })
  expect(estimate(plan, doersOf([cheap, dear, other])).cost).toBe(usd(3))
  expect(estimate(plan, doersOf([cheap, dear, other])).unknown.cost).toEqual([])
  expect(estimate(plan, doersOf([cheap, writer('four', ['de'])])).unknown.cost).toEqual(['work'])
})

test('what any of them could read from outside taints what the role gives', () => {
  const reader = writer('two', ['de'], { allow: [feeds.read as never] })
  expect(taint(plan, doersOf([like])).outputs.get('work')).toBe('system')
  expect(taint(plan, doersOf([like, reader])).outputs.get('work')).toBe('external')
})
