import { expect, test } from 'vitest'
import { compatible } from '../../src/models/providers.ts'

test.each([0, -1, 1.1, Number.NaN])('a batch cannot cost %s of the usual price', (part) => {
  expect(() => compatible({ name: 'house', model: 'm', url: 'http://x', price: 'free', batch: { part } })).toThrow(
    RangeError,
  )
})
