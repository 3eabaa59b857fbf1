import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withoutDebts } from './debts.ts'
import { deadPaths, namedPaths } from './documents.ts'
import { paths } from './source.ts'

const root = join(import.meta.dirname, '../..')
const documents = ['README.md', 'ARCHITECTURE.md', 'STYLE.md', ...paths(root, ['docs'])].filter((path) =>
  path.endsWith('.md'),
)

test('documents name files that exist', () => {
  const complaints = documents.flatMap((document) => deadPaths(root, document))
  expect(withoutDebts(root, 'documents name files that exist', complaints)).toEqual([])
})

test('files in backticks and links are paths; addresses, anchors and plain words are not', () => {
  const text =
    'See `src/queue/queue.ts` and `queue.ts`, [this](../README.md#top), [that](https://example.org), [there](#here).'
  expect(namedPaths('docs/guide.md', text)).toEqual(['src/queue/queue.ts', 'README.md'])
})

test('a path that does not exist is named', () => {
  expect(namedPaths('README.md', '`src/nowhere/at-all.ts`')).toEqual(['src/nowhere/at-all.ts'])
  expect(deadPaths(root, 'STYLE.md')).toEqual([])
})
