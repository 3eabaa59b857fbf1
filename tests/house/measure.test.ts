import { expect, test } from 'vitest'
import { measuresIn, quantile, round } from '../../bench/measure.ts'

test('measures are the lines of JSON among what a benchmark printed', () => {
  const output = '(node:1) Warning: a\n{"name":"a","value":2,"unit":"ms"}\n\n{"other":1}\n'
  expect(measuresIn(output)).toEqual([{ name: 'a', value: 2, unit: 'ms' }])
})

test('the median of five starts is the third, the 99th percentile the last', () => {
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3)
  expect(quantile([5, 1, 4, 2, 3], 0.99)).toBe(5)
  expect(quantile([7], 0.5)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})

test('no more than three digits are promised', () => {
  expect(round(51_134.2)).toBe('51,100')
  expect(round(0.53478)).toBe('0.535')
})
