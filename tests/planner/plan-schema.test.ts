import { expect, test } from 'vitest'
import { planSchema } from '../../src/planner/plan-schema.ts'
import { parse } from '../../src/values/schema.ts'

test('what a planner leaves out gets its default, and needs follow from the wires', () => {
  const read = planSchema.parse({
    tasks: [
      {
        name: 'b',
        kind: 'agent',
        doer: 'writer',
        inputs: { notes: { from: 'a', path: 'points.0' }, tone: 'dry', shape: { n: 1 } },
      },
      { name: 'a', kind: 'agent', doer: 'researcher', chatter: 'ignored' },
    ],
    output: { from: 'b' },
  })
  expect(read).toEqual({
    version: 1,
    name: 'plan',
    input: {},
    lane: 'background',
    subject: null,
    budget: null,
    deadline: null,
    tasks: [
      {
        name: 'b',
        kind: 'agent',
        doer: 'writer',
        inputs: {
          notes: { from: 'a', path: ['points', '0'] },
          tone: { value: 'dry' },
          shape: { value: { n: 1 } },
        },
        needs: ['a'],
        guards: [],
        budget: null,
        delay: null,
        at: null,
        priority: 0,
        key: null,
        retry: null,
      },
      expect.objectContaining({ name: 'a', inputs: {}, needs: [] }),
    ],
    output: { from: 'b', path: [] },
  })
})

test('an each needs what its body uses from around it', () => {
  const read = planSchema.parse({
    tasks: [
      { name: 'a', kind: 'function', doer: 'f' },
      {
        name: 'every',
        kind: 'each',
        inputs: { items: { value: [] } },
        max: 2,
        body: [{ name: 'in', kind: 'function', doer: 'f', inputs: { x: { from: 'a' }, y: { from: '$item' } } }],
        result: { from: 'in' },
      },
    ],
    output: { from: 'every' },
  })
  expect(read.tasks[1]?.needs).toEqual(['a'])
})

test('what cannot be understood is said with its place', () => {
  expect(parse(planSchema, { tasks: [{ name: 'a', kind: 'agent' }], output: { from: 'a' } })).toEqual({
    ok: false,
    why: expect.stringContaining('tasks.0.doer'),
  })
  expect(parse(planSchema, 'Here is your plan:').ok).toBe(false)
  expect(parse(planSchema, { tasks: [{ name: 'a', kind: 'bomb' }], output: { from: 'a' } }).ok).toBe(false)
})
