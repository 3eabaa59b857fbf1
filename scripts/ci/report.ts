/** How many tests of a run came out how. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What we read of vitest's JSON report (https://vitest.dev/guide/reporters#json-reporter). */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

/** Counts a report. A file that fails before its first test counts as one failed test: its tests are not known. */
export function tally(text: string): Tally {
  const report = JSON.parse(text) as Report
  const unread = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unread.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** The sum of some tallies. */
export function total(tallies: readonly Tally[]): Tally {
  const sum = (of: keyof Tally): number => tallies.reduce((count, each) => count + each[of], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
}

/** `91 passed`, with what else there is to say. */
export function say(counted: Tally): string {
  const parts = [`${counted.passed} passed`]
  if (counted.failed > 0) parts.push(`${counted.failed} failed`)
  if (counted.skipped > 0) parts.push(`${counted.skipped} skipped`)
  return parts.join(', ')
}
