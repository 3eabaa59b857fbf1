import { expect, test } from 'vitest'
import { namesMeanSomething, noDefaultExports } from './names.ts'
import { source } from './source.ts'

test.each([
  'src/queue/utils.ts',
  'src/queue/helper.ts',
  'src/queue/task-manager.ts',
  'src/common/task.ts',
  'src/gate/types.ts',
  'tests/queue/helpers.ts',
  'src/os/mail-service.test.ts',
])('%s names nothing', (path) => {
  expect(namesMeanSomething(source(path, ''))).toEqual([expect.stringContaining('names nothing')])
})

test.each([
  'src/queue/queue.ts',
  'src/values/id.ts',
  'src/index.ts',
  'src/testing/index.ts',
  'tests/tidy/names.test.ts',
])('%s has a good name', (path) => {
  expect(namesMeanSomething(source(path, ''))).toEqual([])
})

test('a barrel is refused', () => {
  expect(namesMeanSomething(source('src/queue/index.ts', ''))).toEqual([expect.stringContaining('barrel')])
})

test.each([
  ['a declaration', 'export default function a() {}'],
  ['a value', 'export default 1'],
  ['a renamed name', 'const a = 1\nexport { a as default }'],
  ['a re-export', "export { default } from './b.ts'"],
])('a default export is refused: %s', (_what, text) => {
  expect(noDefaultExports(source('src/queue/a.ts', text))).toHaveLength(1)
})

test('named exports and the defaults that tools read are accepted', () => {
  expect(noDefaultExports(source('src/queue/a.ts', "export const a = 1\nexport { b } from './b.ts'"))).toEqual([])
  expect(noDefaultExports(source('starter/soloist.config.ts', 'export default 1'))).toEqual([])
  expect(noDefaultExports(source('vitest.config.ts', 'export default 1'))).toEqual([])
})
