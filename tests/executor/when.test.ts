import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { equals, isTrue, over, pure, workflow } from '../../src/index.ts'
import { openTestCompany, type TestCompany } from './company.ts'

let company: TestCompany
afterEach(() => company?.close())

const echo = pure({
  name: 'echo',
  does: 'Gives what it is given.',
  input: z.object({ text: z.string() }),
  output: z.string(),
  run: ({ text }) => text,
})
const Given = z.object({ yes: z.boolean(), also: z.boolean(), text: z.string() })

const guarded = workflow({ name: 'guarded', input: Given }, (flow, given) => {
  const inside = flow.when('if-yes', isTrue(given.get('yes')), () => {
    const one = flow.task('one', echo, { text: given.get('text') })
    const two = flow.task('two', echo, { text: one })
    flow.when('if-also', isTrue(given.get('also')), () => flow.task('three', echo, { text: two }))
    return two
  })
  return flow.task('after', echo, { text: inside as never })
})
const beside = workflow({ name: 'beside', input: Given }, (flow, given) => {
  flow.when('if-yes', isTrue(given.get('yes')), () => flow.task('one', echo, { text: given.get('text') }))
  return flow.task('two', echo, { text: given.get('text') })
})
const Numbers = z.object({ items: z.array(z.object({ id: z.string(), n: z.number() })) })
const spread = workflow({ name: 'spread', input: Numbers }, (flow, given) =>
  flow.each('all', given.get('items'), { max: 10 }, (item) => {
    flow.task('always', echo, { text: item.get('id') })
    return flow.when('if-big', over(item.get('n'), 1), () => flow.task('big', echo, { text: item.get('id') }))
  }),
)
const chosen = workflow({ name: 'chosen', input: Given }, (flow, given) =>
  flow.when('if-tea', equals(given.get('text'), 'tea'), () => flow.task('tea', echo, { text: given.get('text') })),
)

async function open() {
  company = await openTestCompany({ workflows: [guarded, beside, spread, chosen] })
}

test('what a condition guards happens when it is met', async () => {
  await open()
  const run = await company.run('guarded', { yes: true, also: true, text: 'hello' })
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toBe('hello')
  expect(new Set(Object.values(await company.tasks(run)))).toEqual(new Set(['done']))
})

test('when it is not met, all that it guards and all that needs that is skipped, and the run gives null', async () => {
  await open()
  const run = await company.run('guarded', { yes: false, also: true, text: 'hello' })
  expect(await company.tasks(run)).toEqual({
    'if-yes': 'done',
    one: 'skipped',
    two: 'skipped',
    'if-also': 'skipped',
    three: 'skipped',
    after: 'skipped',
  })
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toBeNull()
})

test('a condition within a condition skips only its own', async () => {
  await open()
  const run = await company.run('guarded', { yes: true, also: false, text: 'hello' })
  expect(await company.tasks(run)).toMatchObject({ two: 'done', three: 'skipped', after: 'done' })
  expect(await company.output(run)).toBe('hello')
})

test('what stands beside a condition does not wait for it', async () => {
  await open()
  const run = await company.run('beside', { yes: false, also: false, text: 'hello' })
  expect(await company.tasks(run)).toEqual({ 'if-yes': 'done', one: 'skipped', two: 'done' })
  expect(await company.output(run)).toBe('hello')
})

test('within an each, the items for which it is not met are left out', async () => {
  await open()
  const given = [1, 2, 3].map((n) => ({ id: `i${n}`, n }))
  const run = await company.run('spread', { items: given })
  expect(await company.stateOf(run)).toBe('done')
  expect(await company.output(run)).toEqual(['i2', 'i3'])
  expect(await company.tasks(run)).toMatchObject({
    'all/i1/big': 'skipped',
    'all/i1/always': 'done',
    'all/i2/big': 'done',
  })
})

test('a value is compared as JSON', async () => {
  await open()
  const tea = await company.run('chosen', { yes: true, also: true, text: 'tea' })
  const coffee = await company.run('chosen', { yes: true, also: true, text: 'coffee' })
  expect(await company.output(tea)).toBe('tea')
  expect(await company.output(coffee)).toBeNull()
})
