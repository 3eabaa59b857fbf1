import { expect, test } from 'vitest'
import { runTests, type TestResult, testFiles } from '../../src/os/company-tests.ts'
import { starter } from './letter-company.ts'

test('the tests that a new company brings along pass', async () => {
  const results: TestResult[] = []
  await runTests(starter, testFiles(starter, []), {
    result: (result) => results.push(result),
    printed: () => undefined,
  })
  expect(results.map(({ state }) => state)).toEqual(Array(5).fill('passed'))
})
