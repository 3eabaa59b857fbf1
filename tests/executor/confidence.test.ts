import { expect, test } from 'vitest'
import { fallbackConfidence, surenessFrom, surenessKept } from '../../src/executor/confidence.ts'

test.each([
  ['quality', undefined, 0.9, 0.9],
  ['quality', 'standard 2', 0.9, 0.72],
  ['quality', 'cheap 1', 0.9, 0.576],
  ['standard', 'cheap 1', 0.9, 0.72],
  ['cheap', 'offline', 0.3, 0.3],
  ['quality', 'cheap 1', undefined, undefined],
] as const)('of %s, what %s says with %d counts as %d', (asked, rung, said, sure) => {
  expect(surenessFrom(asked, rung, said)).toBe(sure)
})

test('an earlier answer is believed less with age, and a fallback no more than a model that is none', () => {
  expect([0, 6, 12, 24].map((hours) => surenessKept(0.8, hours, 12))).toEqual([0.8, 0.6, 0.4, 0.4])
  expect(fallbackConfidence).toBe(0.3)
})
