import { expect, test } from 'vitest'
import { testsAreKept } from './kept-tests.ts'
import { source } from './source.ts'

test.each([
  ['test.only', "test.only('a', () => {})"],
  ['describe.only', "describe.only('a', () => {})"],
  ['test.skip', "test.skip('a', () => {})"],
  ['it.todo', "it.todo('a')"],
  ['test.skip', "// because\n\ntest.skip.each([1])('a', () => {})"],
])('%s without a reason is refused', (how, text) => {
  expect(testsAreKept(source('tests/a.test.ts', text))).toEqual([expect.stringContaining(how)])
})

test('a skip with its reason on the line above is accepted, and only then', () => {
  const text = "// The sandbox comes with a later version.\ntest.skip('a', () => {})"
  expect(testsAreKept(source('tests/a.test.ts', text))).toEqual([])
  expect(testsAreKept(source('tests/a.test.ts', text.replace('skip', 'only')))).toHaveLength(1)
})
