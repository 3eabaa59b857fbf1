import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nothingAmbient } from './tidy/ambient.ts'
import { withoutDebts } from './tidy/debts.ts'
import { documentedExports, readIn } from './tidy/documented.ts'
import { floorsHold, publicNamesOnly } from './tidy/floors.ts'
import { testsAreKept } from './tidy/kept-tests.ts'
import { namesMeanSomething, noDefaultExports } from './tidy/names.ts'
import { filesAreSmall, functionsAreSmall, saysGenerated } from './tidy/sizes.ts'
import { type Rule, sources } from './tidy/source.ts'

const root = join(import.meta.dirname, '..')
const ours = ['src', 'tests', 'examples', 'starter', 'scripts', 'bench', 'console']
const all = sources(root, ours, ['.ts', '.tsx'])
const world = all.filter((file) => /^(src|tests|examples|starter)\//.test(file.path))

/** `debts` names what breaks a rule today; the list may only shrink. */
const rules: readonly [string, Rule, typeof all][] = [
  ['imports go strictly downwards', floorsHold, all],
  ['examples and the starter import the package by its name', publicNamesOnly, all],
  ['files are under 300 lines', filesAreSmall, all],
  ['functions are under 60 lines', functionsAreSmall, all],
  ['file names mean something', namesMeanSomething, all],
  ['nothing is exported as a default', noDefaultExports, all],
  ['time, chance and output are injected', nothingAmbient, world],
  ['no test is left out without a reason', testsAreKept, all],
]

describe('the house is tidy', () => {
  test.each(rules)('%s', (name, rule, files) => {
    expect(withoutDebts(root, name, files.flatMap(rule))).toEqual([])
  })

  test('every file parses', () => {
    expect(all.length).toBeGreaterThan(0)
    expect(all.filter((file) => file.parsed.errors.length > 0).map((file) => file.path)).toEqual([])
  })

  test.each(['src/index.ts', 'src/adapters/index.ts', 'src/testing/index.ts'])(
    'all that %s exports is documented',
    (entry) => {
      expect(documentedExports(entry, readIn(root))).toEqual([])
    },
  )

  test.each(['docs/faults.md', 'docs/events.md', 'src/store/schema.sql'])('%s says that it is generated', (path) => {
    const text = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : 'generated\n'
    expect(saysGenerated(text)).toBe(true)
  })
})
