import { expect, test } from 'vitest'
import { settle } from './debts.ts'

test('a known debt is silent, a new complaint is not', () => {
  expect(settle(['src/a.ts'], ['src/a.ts has 302 lines', 'src/b.ts:4 is a function of 70 lines'])).toEqual([
    'src/b.ts:4 is a function of 70 lines',
  ])
})

test('a debt that is paid must leave the list', () => {
  expect(settle(['src/a.ts'], [])).toEqual(['src/a.ts is in order now; take it out of tests/tidy/debts.json'])
})
