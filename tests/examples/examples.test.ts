import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runTests, type TestResult, testFiles } from '../../src/os/company-tests.ts'

const examples = join(import.meta.dirname, '../../examples')
const names = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

async function resultsIn(folder: string): Promise<TestResult[]> {
  const results: TestResult[] = []
  await runTests(folder, testFiles(folder, []), { result: (result) => results.push(result), printed: () => undefined })
  return results
}

test.each(names)('the example %s passes its own tests', async (name) => {
  const results = await resultsIn(join(examples, name))
  expect(results.length).toBeGreaterThanOrEqual(2)
  expect(results.filter((result) => result.state !== 'passed')).toEqual([])
})

test('every example is in the list of examples/README.md, and no other', () => {
  const listed = [...readFileSync(join(examples, 'README.md'), 'utf8').matchAll(/^\| `([\w-]+)` \|/gm)].map(
    ([, name]) => name,
  )
  expect(listed.toSorted()).toEqual(names.toSorted())
})

test('an example imports what users import, and nothing else of Soloist', () => {
  const files = names.flatMap((name) =>
    readdirSync(join(examples, name))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(examples, name, file)),
  )
  const imported = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/from '([^'.][^']*)'/g)].map(([, from]) => from),
  )
  expect(
    [...new Set(imported)].filter((from) => !/^(soloist(\/(adapters|testing))?|zod|node:.*)$/.test(from ?? '')),
  ).toEqual([])
})

test("an adapter of one's own takes less than 40 lines", () => {
  const text = readFileSync(join(examples, 'own-adapter/file-notebook.ts'), 'utf8')
  expect(text.trimEnd().split('\n').length).toBeLessThan(40)
})
