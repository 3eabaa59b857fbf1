import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultsPage } from '../../scripts/faults-page.ts'
import { catalogue } from '../../src/values/catalogue.ts'
import { codesIn, coverageComplaints, coveredCodes, type Uncovered } from './covered-faults.ts'

const root = join(import.meta.dirname, '../..')

test('every fault is produced by some test', () => {
  const listed = JSON.parse(readFileSync(join(root, 'tests/tidy/uncovered-faults.json'), 'utf8')) as Uncovered
  expect(coverageComplaints(Object.keys(catalogue), coveredCodes(root), listed)).toEqual([])
})

test('the list of faults without a test only shrinks', () => {
  const codes = ['a.one', 'a.two', 'a.three']
  expect(coverageComplaints(codes, new Set(['a.one']), ['a.two'])).toEqual(['no test produces a.three; write one'])
  expect(coverageComplaints(codes, new Set(codes), ['a.two', 'a.gone'])).toEqual([
    "a.two is produced by a test; 'npm run faults' takes it off the list",
    "a.gone is gone; 'npm run faults' takes it off the list",
  ])
})

test('a code counts only as a literal of its own', () => {
  expect([...codesIn("expect(code).toBe('plan.cycle')")]).toEqual(['plan.cycle'])
  expect([...codesIn("// plan.cycle\n'plan.cycles' 'a plan.cycle'")]).toEqual([])
})

test('docs/faults.md is current', () => {
  const page = readFileSync(join(root, 'docs/faults.md'), 'utf8')
  expect(page, "run 'npm run faults'").toBe(faultsPage(catalogue))
})

test('the page names each fault with its next step', () => {
  const page = faultsPage({
    'a.b': { retry: 'later', says: 'It is {why}.', next: 'Wait.' },
    'c.d': { retry: 'never', says: 'No.', next: 'Stop.' },
  })
  expect(page.split('\n')[0]).toContain('Generated')
  expect(page).toContain('## a\n\n### `a.b`\n\nIt is {why}.\n\n- Next: Wait.\n- Tried again: later\n\n## c\n')
})
