import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '../src/values/catalogue.ts'
import { coveredCodes, type Uncovered } from '../tests/tidy/covered-faults.ts'
import { faultsPage } from './faults-page.ts'

// Writes docs/faults.md from the catalogue, and takes covered codes off the list of those that no test produces yet.
const root = join(import.meta.dirname, '..')
const list = join(root, 'tests/tidy/uncovered-faults.json')

writeFileSync(join(root, 'docs/faults.md'), faultsPage(catalogue))
const covered = coveredCodes(root)
const before = JSON.parse(readFileSync(list, 'utf8')) as Uncovered
writeFileSync(
  list,
  `${JSON.stringify(
    before.filter((code) => code in catalogue && !covered.has(code)),
    null,
    2,
  )}\n`,
)
