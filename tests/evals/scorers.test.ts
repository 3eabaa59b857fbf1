import { expect, test } from 'vitest'
import { z } from 'zod'
import { missedParts } from '../../src/agents/pass-rule.ts'
import { scoreOf } from '../../src/agents/scorer.ts'
import { custom, exact, matchesSchema, rubric } from '../../src/index.ts'
import type { Json } from '../../src/values/json.ts'

const one = (expect?: Json) => ({ name: 'a', input: {}, ...(expect === undefined ? {} : { expect: expect as never }) })
const score = (scorer: Parameters<typeof scoreOf>[0], output: Json, expected?: Json) =>
  scoreOf(scorer, one(expected), output)

test('exact wants each member that the case names, and no other; lists are compared whole', () => {
  const scorer = exact() as never
  expect(score(scorer, { a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } }).score).toBe(1)
  expect(score(scorer, { a: [1, 2] }, { a: [1] })).toEqual({ score: 0, reason: 'a is [1,2], not [1]' })
  expect(score(scorer, { a: 1 }, { b: null }).reason).toBe('b is missing, not null')
  expect(score(exact('b.c') as never, { b: { c: 2 } }, { b: { c: 2 }, z: 1 }).score).toBe(1)
  expect(score(exact('b.c') as never, { b: { c: 2 } }).reason).toBe('the case does not say what it expects there')
})

test('a schema says what does not fit', () => {
  const scorer = matchesSchema(z.object({ a: z.string().max(2) })) as never
  expect(score(scorer, { a: 'xy' })).toEqual({ score: 1, reason: 'it fits' })
  expect(score(scorer, { a: 'xyz' })).toEqual({ score: 0, reason: expect.stringContaining('a:') })
})

test('a custom scorer is held to scores from 0 to 1, and what it throws is a finding', () => {
  const with_ = (give: () => number | { score: number; reason: string }) => score(custom('mine', give) as never, {})
  expect(with_(() => 0.5)).toEqual({ score: 0.5, reason: '' })
  expect(with_(() => ({ score: 1, reason: 'good' }))).toEqual({ score: 1, reason: 'good' })
  expect(with_(() => 7)).toEqual({ score: 0, reason: 'it gave 7, which is not between 0 and 1' })
  expect(with_(() => Number.NaN).score).toBe(0)
  const broken = with_(() => {
    throw new TypeError('no words')
  })
  expect(broken).toEqual({ score: 0, reason: 'it threw: no words' })
})

test.each<[() => unknown, string]>([
  [() => true, 'it gave true, which is no number'],
  [() => undefined, 'it gave nothing, which is no number'],
  [() => null, 'it gave null, which is no number'],
  [() => ({ score: '1', reason: '' }), 'it gave "1", which is no number'],
  [async () => 1, 'it gave a promise, and a score must be there at once'],
  [async () => Promise.reject(new Error('nobody hears')), 'it gave a promise, and a score must be there at once'],
])('what a custom scorer gives that is no score counts nothing, and its reason says so (%#)', (give, reason) => {
  expect(score(custom('mine', give as never) as never, {})).toEqual({ score: 0, reason })
})

test('a rubric has an end', () => {
  expect(() => rubric({ criteria: 'x'.repeat(4001) })).toThrow(RangeError)
})

const cases = [
  { name: 'a', kind: null, score: 1 },
  { name: 'b', kind: 'safety', score: 0.5 },
]

test('each part of a rule holds by itself', () => {
  expect(missedParts({ mean: 0.75, each: 0.5, kinds: { safety: 0.5 } }, cases)).toEqual([])
  expect(missedParts({ mean: 0.8 }, cases)).toEqual(['the mean is 75 %, and must be 80 %'])
  expect(missedParts({ each: 0.6 }, cases)).toEqual(['each case must have 60 %: b (50 %)'])
  expect(missedParts({ kinds: { safety: 1 } }, cases)).toEqual(['each case of kind safety must have 100 %: b (50 %)'])
})

test('a rule on a kind that no case has is not met, and a rule that asks for nothing asks for all', () => {
  expect(missedParts({ kinds: { legal: 1 } }, cases)).toEqual(['there is no case of kind legal'])
  expect(missedParts({}, cases)).toEqual(['each case must have 100 %: b (50 %)'])
  const thirds = [1 / 3, 1 / 3, 1 / 3].map((third) => ({ name: 'a', kind: null, score: third * 3 }))
  expect(missedParts({ mean: 1 }, thirds)).toEqual([])
})
