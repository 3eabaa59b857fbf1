import { expect, test } from 'vitest'
import { documentedExports, type Read } from './documented.ts'
import { source } from './source.ts'

const entry = 'src/index.ts'
const files = (texts: Record<string, string>): Read => {
  return (path) => (texts[path] === undefined ? undefined : source(path, texts[path]))
}

test('what a public entry exports without a doc comment is named where it is declared', () => {
  const read = files({
    [entry]: "export { a, b } from './queue/a.ts'\nexport type { C } from './queue/a.ts'",
    'src/queue/a.ts': '/** Said. */\nexport const a = 1\nexport function b() {}\n// not a doc\nexport interface C {}',
  })
  expect(documentedExports(entry, read)).toEqual([
    'src/queue/a.ts:3 declares the public "b" without a doc comment',
    'src/queue/a.ts:5 declares the public "C" without a doc comment',
  ])
})

test('names are followed through files that pass them on', () => {
  const read = files({
    [entry]: "export * from './adapters/index.ts'",
    'src/adapters/index.ts': "export { inner as outer } from './mail.ts'\nexport { kept } from './pass.ts'",
    'src/adapters/mail.ts': 'export const inner = 1',
    'src/adapters/pass.ts': "import { kept } from './mail-kept.ts'\nexport { kept }",
    'src/adapters/mail-kept.ts': '/** Said. */\n// biome-ignore lint: reason\nexport const kept = 1',
  })
  expect(documentedExports(entry, read)).toEqual([
    'src/adapters/mail.ts:1 declares the public "inner" without a doc comment',
  ])
})

test('a name that leads nowhere is a complaint', () => {
  expect(documentedExports(entry, files({ [entry]: "export { a } from './gone.ts'" }))).toHaveLength(1)
  expect(
    documentedExports(entry, files({ [entry]: "export { a } from './b.ts'", 'src/b.ts': 'export const b = 1' })),
  ).toHaveLength(1)
})

test('an entry that does not exist has nothing to document', () => {
  expect(documentedExports(entry, files({}))).toEqual([])
})
