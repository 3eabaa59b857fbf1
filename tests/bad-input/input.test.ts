import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectFault, type Place, place } from './command-line.ts'

const wrong: readonly [string, string[], string, { exit: number; says: RegExp; next: RegExp }][] = [
  [
    'an unknown workflow',
    ['run', 'helo', 'name=Bo'],
    'input.unknown',
    { exit: 4, says: /no workflow called "helo".*hello/, next: /soloist plan/ },
  ],
  [
    'an unknown workflow to plan',
    ['plan', 'helo'],
    'input.unknown',
    { exit: 4, says: /no workflow called "helo".*hello/, next: /soloist plan/ },
  ],
  [
    'input that is no JSON',
    ['run', 'hello', '--input', '{"name": '],
    'input.not-json',
    { exit: 2, says: /is not JSON/, next: /nothing was changed/ },
  ],
  [
    'input of another shape',
    ['run', 'hello', '--input', '{}'],
    'input.invalid',
    { exit: 2, says: /name: is missing/, next: /nothing was changed/ },
  ],
  [
    'a field that is misspelt',
    ['run', 'hello', '--input', '{"nam": 1}'],
    'input.unknown',
    { exit: 4, says: /no field of hello called "nam"\. Did you mean "name"\?/, next: /soloist plan hello/ },
  ],
  [
    'input that is no object',
    ['run', 'hello', '--input', '[]'],
    'input.invalid',
    { exit: 2, says: /hello/, next: /nothing was changed/ },
  ],
  [
    'a field without a value',
    ['run', 'hello', 'name'],
    'input.invalid',
    { exit: 2, says: /field=value/, next: /nothing was changed/ },
  ],
  [
    'input from a file that is not there',
    ['run', 'hello', '--input', '@gone.json'],
    'input.unknown',
    { exit: 4, says: /gone\.json/, next: /ls/ },
  ],
  [
    'an unknown gate',
    ['decide', 'gat_0000000000000000', '--approve'],
    'input.unknown',
    { exit: 4, says: /gat_0000000000000000/, next: /inbox/ },
  ],
  [
    'an unknown run',
    ['show', 'run_0000000000000000'],
    'input.unknown',
    { exit: 4, says: /run_0000000000000000/, next: /soloist/ },
  ],
]

let company: Place
let before: string
beforeAll(async () => {
  company = place()
  expect((await company.type('run', 'hello', 'name=Bo')).code).toBe(3)
  before = company.digest()
})
afterAll(() => company.remove())

test.each(wrong)('%s gets one clear message and changes nothing', async (_what, argv, code, parts) => {
  expectFault(await company.type(...argv), code, parts)
  expect(company.digest()).toBe(before)
})

test('with --json the fault is JSON on standard output too', async () => {
  const said = await company.type('run', 'helo', '--json')
  expect(JSON.parse(said.out)).toMatchObject({ fault: { code: 'input.unknown', retry: 'never' } })
})
