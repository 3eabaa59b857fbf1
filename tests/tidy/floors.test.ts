import { expect, test } from 'vitest'
import { floorsHold, publicNamesOnly } from './floors.ts'
import { source } from './source.ts'

test.each([
  ['a lower floor', "import { a } from '../values/id.ts'"],
  ['its own folder', "import { a } from './retry.ts'"],
  ['a package', "import { z } from 'zod'"],
])('a file may import from %s', (_what, text) => {
  expect(floorsHold(source('src/queue/queue.ts', text))).toEqual([])
})

test.each([
  ['a higher floor', "import { a } from '../os/create.ts'", 'not below it'],
  ['a neighbour', "import { a } from '../budget/budget.ts'", 'its neighbour'],
  ['a neighbour, for a type only', "import type { A } from '../budget/budget.ts'", 'its neighbour'],
  ['a neighbour, by re-export', "export { a } from '../gate/gate.ts'", 'its neighbour'],
  ['a neighbour, by export of all', "export * from '../gate/gate.ts'", 'its neighbour'],
  ['a higher floor, later', "export const a = () => import('../planner/plan.ts')", 'not below it'],
  ['a higher floor, inside a type', "export type A = import('../planner/plan.ts').Plan", 'not below it'],
  ['the public entry', "import { a } from '../index.ts'", 'public entry'],
  ['outside src', "import { a } from '../../tests/a.ts'", 'outside src'],
])('a file may not import from %s', (_what, text, why) => {
  expect(floorsHold(source('src/queue/queue.ts', text))).toEqual([expect.stringContaining(why)])
})

test('a folder without a floor is refused', () => {
  expect(floorsHold(source('src/misc/a.ts', ''))).toEqual([expect.stringContaining('no floor')])
})

test('the public entry sees every floor', () => {
  expect(floorsHold(source('src/index.ts', "export { a } from './cli/run.ts'"))).toEqual([])
})

test('an example may not reach into src', () => {
  const text = "import { workflow } from 'soloist'\nimport { a } from '../src/os/create.ts'"
  expect(publicNamesOnly(source('examples/a.ts', text))).toEqual([
    "examples/a.ts:2 imports src/os/create.ts; import it from 'soloist'",
  ])
})
