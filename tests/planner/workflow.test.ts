import { expect, test } from 'vitest'
import { z } from 'zod'
import { agent } from '../../src/agents/agent.ts'
import { check } from '../../src/planner/check.ts'
import { equals, not, over, present } from '../../src/planner/condition.ts'
import { doersOf } from '../../src/planner/doer-facts.ts'
import type { Flow } from '../../src/planner/flow.ts'
import type { PlannedTask } from '../../src/planner/plan.ts'
import type { Ref } from '../../src/planner/ref.ts'
import { workflow } from '../../src/planner/workflow.ts'
import { Refusal } from '../../src/values/fault.ts'
import { contentHash } from '../../src/values/json.ts'
import { instant } from '../../src/values/time.ts'
import { newsletter, shout } from './newsroom.ts'

const Words = z.object({
  words: z.array(z.string()),
  word: z.string(),
  count: z.number(),
  maybe: z.string().optional(),
})
type WordsType = z.infer<typeof Words>
const draw = <O>(body: (flow: Flow, input: Ref<WordsType>) => Ref<O>) => workflow({ name: 'test', input: Words }, body)

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error.fault.code
    throw error
  }
  return 'nothing'
}

test('author code is called once, and only when the plan is asked for', () => {
  let calls = 0
  const made = draw((flow, input) => {
    calls += 1
    return flow.task('loud', shout, { text: input.get('word') })
  })
  expect(calls).toBe(0)
  expect(made.plan()).toBe(made.plan())
  expect(made.doers()).toEqual([shout])
  expect(calls).toBe(1)
})

test('a workflow that throws is not called again either', () => {
  let calls = 0
  const made = draw(() => {
    calls += 1
    throw new RangeError('no')
  })
  expect(() => made.plan()).toThrow(RangeError)
  expect(() => made.plan()).toThrow(RangeError)
  expect(calls).toBe(1)
})

test('wires draw the edges', () => {
  expect(newsletter.plan().tasks.map((task) => [task.name, task.needs])).toEqual([
    ['research', []],
    ['draft', ['research']],
    ['edit', ['draft']],
    ['schedule', ['edit']],
    ['distribute', ['schedule']],
    ['analyze', ['distribute', 'edit']],
  ])
  expect(newsletter.doers().map((doer) => doer.name)).toEqual([
    'researcher',
    'writer',
    'newsletters.schedule',
    'newsletters.send',
    'analyst',
  ])
})

test('a name is taken once in the whole plan, bodies included', () => {
  const twice = draw((flow, input) => {
    flow.each('every', input.get('words'), { max: 3 }, (word) => flow.task('loud', shout, { text: word }))
    return flow.task('loud', shout, { text: 'x' })
  })
  expect(codeOf(() => twice.plan())).toBe('plan.duplicate-name')
})

test('a name has small letters, digits and hyphens', () => {
  for (const name of ['Loud', 'so loud', '', '-a', 'a/b', '$input', 'a'.repeat(65)])
    expect(codeOf(() => draw((flow) => flow.task(name, shout, { text: 'x' })).plan())).toBe('plan.bad-name')
})

test('two different doers cannot share a name', () => {
  const other = { ...shout }
  const made = draw((flow) => {
    flow.task('a', shout, { text: 'x' })
    return flow.task('b', other, { text: 'x' })
  })
  expect(codeOf(() => made.plan())).toBe('plan.bad-name')
})

test('a body sees what is around it; the each waits for that, and nothing outside sees into the body', () => {
  const plan = draw((flow, input) => {
    const first = flow.task('first', shout, { text: input.get('word') })
    const joined = agent({
      ...{ name: 'joiner', version: 1, does: 'Joins.', tier: 'cheap' as const, instructions: './j.md' },
      input: z.object({ a: z.string(), b: z.string() }),
      output: z.string(),
    })
    return flow.each('every', input.get('words'), { max: 3, onFailure: 'continue' }, (word) => {
      const loud = flow.task('loud', shout, { text: word })
      return flow.task('join', joined, { a: loud, b: first })
    })
  }).plan()
  const every = plan.tasks[1] as Extract<PlannedTask, { kind: 'each' }>
  expect(every.needs).toEqual(['first'])
  expect(every.body.map((task) => [task.name, task.needs])).toEqual([
    ['loud', []],
    ['join', ['loud']],
  ])
  expect(every.result).toEqual({ from: 'join', path: [] })

  const leaking = draw((flow, input) => {
    let leaked: Ref<string> | undefined
    flow.each('every', input.get('words'), { max: 3 }, (word) => {
      leaked = flow.task('loud', shout, { text: word })
      return leaked
    })
    return flow.task('outside', shout, { text: leaked! })
  })
  expect(codeOf(() => leaking.plan())).toBe('plan.bad-wire')
})

test('an inner each does not see the item of the outer one', () => {
  const made = draw((flow, input) =>
    flow.each('outer', input.get('words'), { max: 3 }, (outer) =>
      flow.each('inner', input.get('words'), { max: 3 }, () => flow.task('loud', shout, { text: outer })),
    ),
  )
  expect(codeOf(() => made.plan())).toBe('plan.bad-wire')
})

test('when guards all tasks of its body, inner ones with outer ones, and hands out what the body gave', () => {
  const made = draw((flow, input) =>
    flow.when('if-many', over(input.get('count'), 3), () => {
      flow.task('loud', shout, { text: input.get('word') })
      return flow.when('if-said', not(equals(input.get('word'), 'no')), () =>
        flow.task('louder', shout, { text: 'x' }),
      ) as Ref<string>
    }),
  )
  const plan = made.plan()
  expect(plan.tasks.map((task) => [task.name, task.guards, task.needs])).toEqual([
    ['if-many', [], []],
    ['loud', ['if-many'], ['if-many']],
    ['if-said', ['if-many'], ['if-many']],
    ['louder', ['if-many', 'if-said'], ['if-many', 'if-said']],
  ])
  expect(plan.output).toEqual({ from: 'louder', path: [] })
  expect(plan.tasks[2]).toMatchObject({ condition: { is: 'not', what: { is: 'equal', to: 'no' } } })
  expect(check(plan, doersOf(made.doers()))).toEqual([])
})

test('a ref from the body of a when does not get out but by its result', () => {
  const made = draw((flow, input) => {
    let leaked: Ref<string> | undefined
    flow.when('if-there', present(input.get('maybe')), () => {
      leaked = flow.task('loud', shout, { text: 'x' })
      return leaked
    })
    return flow.task('outside', shout, { text: leaked! })
  })
  expect(codeOf(() => made.plan())).toBe('plan.bad-wire')
})

test('a ref of one workflow is nothing in another', () => {
  let stolen: Ref<string> | undefined
  draw((flow, input) => {
    stolen = input.get('word')
    return flow.task('loud', shout, { text: stolen })
  }).plan()
  expect(codeOf(() => draw((flow) => flow.task('loud', shout, { text: stolen! })).plan())).toBe('plan.bad-wire')
})

test('a literal is plain JSON without refs inside', () => {
  const loose = { ...shout, name: 'loose', input: z.object({ x: z.unknown() }) }
  const wired = (x: (input: Ref<WordsType>) => unknown) => () =>
    draw((flow, input) => flow.task('loose', loose as never, { x: x(input) } as never)).plan()
  for (const bad of [new Date(0), Number.NaN, () => 1, 1n, new Map(), { deep: [new Set()] }])
    expect(codeOf(wired(() => bad))).toBe('plan.bad-wire')
  expect(wired((input) => ({ deep: [input] }))).toThrow(/a ref inside a literal/)
  expect(wired(() => ({ a: [1, null, { b: 'c' }], gone: undefined }))().tasks[0]?.inputs).toEqual({
    x: { value: { a: [1, null, { b: 'c' }] } },
  })
})

test('a ref has no value to read: a text made of it throws, and there is nothing to await', () => {
  const made = draw((flow, input) => flow.task('loud', shout, { text: `about ${input.get('word')}` }))
  expect(() => made.plan()).toThrow(TypeError)
  draw((flow, input) => {
    expect('then' in input).toBe(false)
    expect('toJSON' in input).toBe(false)
    return flow.task('loud', shout, { text: input.get('word') })
  }).plan()
})

test('a plan is frozen, and its flow cannot be used afterwards', () => {
  let kept: Flow | undefined
  const plan = draw((flow, input) => {
    kept = flow
    return flow.task('loud', shout, { text: input.get('word') }, { at: instant(5) })
  }).plan()
  expect(plan.tasks[0]).toMatchObject({ at: 5 })
  expect(() => kept!.task('late', shout, { text: 'x' })).toThrow(/already made/)
  expect(() => Object.assign(plan.tasks[0]!, { name: 'x' })).toThrow(TypeError)
})

test('at may be wired, and draws an edge', () => {
  const plan = draw((flow, input) => {
    const day = flow.task('day', shout, { text: input.get('word') })
    return flow.task('loud', shout, { text: 'x' }, { at: day })
  }).plan()
  expect(plan.tasks[1]).toMatchObject({ at: { from: 'day', path: [] }, needs: ['day'] })
})

test('the same workflow drawn twice is the same plan', () => {
  const one = () => draw((flow, input) => flow.task('loud', shout, { text: input.get('word') })).plan()
  expect(contentHash(one())).toBe(contentHash(one()))
})
