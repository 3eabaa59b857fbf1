import { expect, test } from 'vitest'
import { say, tally, total } from '../../scripts/ci/report.ts'
import { kindOf } from '../../scripts/ci/steps.ts'

const report = (files: readonly { status: string; tests: number }[], failed: number): string =>
  JSON.stringify({
    numPassedTests: 5,
    numFailedTests: failed,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: files.map((file) => ({ status: file.status, assertionResults: Array(file.tests).fill({}) })),
  })

test('tests of a report are counted', () => {
  expect(tally(report([{ status: 'passed', tests: 7 }], 0))).toEqual({ passed: 5, failed: 0, skipped: 2 })
})

test('a file that breaks before its first test is a failed test', () => {
  const files = [
    { status: 'failed', tests: 0 },
    { status: 'failed', tests: 3 },
  ]
  expect(tally(report(files, 2)).failed).toBe(3)
})

test('runs add up, and only what happened is said', () => {
  const sum = total([
    { passed: 2, failed: 1, skipped: 0 },
    { passed: 3, failed: 0, skipped: 0 },
  ])
  expect(say(sum)).toBe('5 passed, 1 failed')
  expect(say({ passed: 0, failed: 0, skipped: 4 })).toBe('0 passed, 4 skipped')
})

test.each([
  ['tests/tidy.test.ts', 'tidy'],
  ['tests/tidy/floors.test.ts', 'tidy'],
  ['tests/contract/queue.test.ts', 'contract'],
  ['tests/queue/conformance.test.ts', 'contract'],
  ['tests/store/suite.test.ts', 'contract'],
  ['tests/adapters/contract.test.ts', 'contract'],
  ['tests/crash/newsletter.test.ts', 'crash'],
  ['tests/journeys/first-run.test.ts', 'journeys'],
  ['tests/simulation/months.test.ts', 'journeys'],
  ['tests/examples/examples.test.ts', 'examples'],
  ['tests/queue/claim.test.ts', 'unit'],
  ['tests/somewhere/new.test.ts', 'unit'],
])('%s is proved in the step %s', (path, kind) => {
  expect(kindOf(path)).toBe(kind)
})
