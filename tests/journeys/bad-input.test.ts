import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DemoCompany } from '../../scripts/demo/company.ts'
import { begin } from './letter.ts'

const company = new DemoCompany(begin)
const here = ['--company', company.folder]
beforeAll(() => company.soloist(['init', company.folder]))
afterAll(() => company.close())

/** What was typed, the exit code, and what standard error says in one clear message with the next step. */
const mistakes: readonly [string, readonly string[], number, RegExp][] = [
  [
    'a misspelt command',
    ['inbx'],
    2,
    /^error: unknown command 'inbx'\n\(Did you mean inbox\?\)\nNext: soloist --help\n$/,
  ],
  [
    'a misspelt flag',
    ['runs', '--jsn'],
    2,
    /^error: unknown option '--jsn'\n\(Did you mean --json\?\)\nNext: soloist runs --help\n$/,
  ],
  ['a workflow that is not there', ['run', 'newsleter', ...here], 4, /^input\.unknown: .*newsletter.*\nNext: .+\n$/],
  [
    'input that is no JSON',
    ['run', 'newsletter', '--input', '{"topic":', ...here],
    2,
    /^input\.not-json: .*\nNext: .+\n$/,
  ],
  [
    'input that does not fit',
    ['run', 'newsletter', '--input', '{"topic":""}', ...here],
    2,
    /^input\.invalid: .*topic.*\nNext: .+\n$/,
  ],
  ['a run that is not there', ['show', 'run_0k3v9q2m7x', ...here], 4, /^input\.unknown: .*\nNext: .+\n$/],
  [
    'a folder without a company',
    ['inbox', '--company', company.home],
    4,
    /^config\.missing: .*\nNext: .*soloist init.*\n$/,
  ],
  ['a company that is there already', ['init', company.folder], 1, /^init\.occupied: .*\nNext: .+\n$/],
]

test.each(mistakes)('%s', async (_name, args, code, says) => {
  const said = await company.type(args)
  expect([said.code, said.err]).toEqual([code, expect.stringMatching(says)])
  expect(said.err + said.out).not.toMatch(/^ +at /m)
})

test('a config that does not load is named in one line, and works again once it is mended', async () => {
  const config = join(company.folder, 'soloist.config.ts')
  const text = readFileSync(config, 'utf8')
  for (const [broken, says] of [
    [`${text}\n}{`, /^config\.broken: .*\nNext: .+\n$/],
    [text.replace("name: 'The", "nmae: 'The"), /^config\.unknown-key: .*"nmae".*name.*\nNext: .+\n$/],
  ] as const) {
    writeFileSync(config, broken)
    const said = await company.type(['runs', ...here])
    expect([said.code, said.err]).toEqual([1, expect.stringMatching(says)])
  }
  writeFileSync(config, text)
  expect((await company.type(['doctor', ...here])).code).toBe(0)
})

test('a company that another process owns and whose desk is not found is refused', async () => {
  await company.serve()
  writeFileSync(join(company.folder, '.soloist/desk.json'), '{}')
  const said = await company.type(['runs', ...here])
  expect([said.code, said.err]).toEqual([5, expect.stringMatching(/^store\.owned: .*\nNext: .+\n$/)])
  const second = await company.type(['start', '--port', '0', ...here])
  expect([second.code, second.err]).toEqual([5, expect.stringMatching(/^store\.owned: .*\nNext: .+\n$/)])
})
