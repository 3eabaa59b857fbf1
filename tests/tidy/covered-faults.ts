import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../../src/values/catalogue.ts'
import { paths } from './source.ts'

/** Codes that no test produces yet: tests/tidy/uncovered-faults.json. It may only shrink. */
export type Uncovered = readonly string[]

/**
 * The codes that some test or example names as a literal, or a suite that ships and that a test of ours runs. Naming a code in the
 * tests of the house itself proves nothing.
 */
export function coveredCodes(root: string): Set<string> {
  const tests = paths(root, ['tests', 'examples', 'src/testing']).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('tests/tidy'),
  )
  return codesIn(tests.map((path) => readFileSync(join(root, path), 'utf8')).join('\n'))
}

/** The codes of the catalogue that stand in a text as a string of their own. */
export function codesIn(text: string): Set<string> {
  const literals = new Set([...text.matchAll(/(['"`])([a-z]+\.[a-z-]+)\1/g)].map((match) => match[2] ?? ''))
  return new Set(Object.keys(catalogue).filter((code) => literals.has(code)))
}

/** What is wrong with the list: codes that are covered now, that are gone, or that are neither listed nor covered. */
export function coverageComplaints(
  codes: readonly string[],
  covered: ReadonlySet<string>,
  listed: Uncovered,
): string[] {
  return [
    ...codes
      .filter((code) => !covered.has(code) && !listed.includes(code))
      .map((code) => `no test produces ${code}; write one`),
    ...listed
      .filter((code) => covered.has(code) || !codes.includes(code))
      .map(
        (code) =>
          `${code} is ${covered.has(code) ? 'produced by a test' : 'gone'}; 'npm run faults' takes it off the list`,
      ),
  ]
}
