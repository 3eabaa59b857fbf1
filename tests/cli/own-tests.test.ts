import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Shell } from './shell.ts'

let shell: Shell

beforeEach(async () => {
  shell = await Shell.make()
  await mkdir(join(shell.folder, 'workflows'))
})

afterEach(() => shell.remove())

const imports = "import assert from 'node:assert/strict'\nimport { describe, test } from 'node:test'\n"
const write = (name: string, text: string) => shell.write(name, imports + text)

test('tests are found wherever they lie in the company, run, and told by file', async () => {
  await write(
    'workflows/a.test.ts',
    "describe('letters', () => { test('go out', () => {}) })\ntest.skip('come in', () => {})\n",
  )
  await write('b.test.ts', "test('adds', () => assert.equal(1 + 1, 2))\n")
  await mkdir(join(shell.folder, 'node_modules/x'), { recursive: true })
  await write('node_modules/x/c.test.ts', "test('is not ours', () => assert.fail())\n")
  const { code, out } = await shell.type('test')
  expect(out.replaceAll(/\([\d.]+ s\)/g, '(…)')).toBe(
    [
      'b.test.ts',
      '  ok    adds  (…)',
      'workflows/a.test.ts',
      '  ok    letters > go out  (…)',
      '  left  come in',
      '2 passed, 0 failed, 1 left out.',
    ].join('\n'),
  )
  expect(code).toBe(0)
})

test('a failure shows its assertion and where it stands; a fault of ours its next step', async () => {
  await write('a.test.ts', "test('adds', () => assert.deepEqual({ sum: 1 + 1 }, { sum: 3 }))\n")
  await write(
    'b.test.ts',
    "import { rehearse } from 'soloist/testing'\ntest('opens', async () => { await rehearse('/nowhere') })\n",
  )
  const { code, out } = await shell.type('test')
  expect(code).toBe(1)
  expect(out).toContain('+   sum: 2')
  expect(out).toContain('-   sum: 3')
  expect(out).toMatch(/at a\.test\.ts:3:\d+/)
  expect(out).toContain('config.missing: There is no soloist.config.ts in /nowhere.')
  expect(out).toContain("Next: Make a company here with 'soloist init'")
  expect(out).toContain('0 passed, 2 failed.')
})

test('a file that cannot be loaded, or whose process ends too early, is a failure that says why', async () => {
  await write('a.test.ts', "import './gone.ts'\n")
  await write('b.test.ts', "test('ends', () => process.exit(3))\n")
  const { code, out } = await shell.type('test')
  expect(code).toBe(1)
  expect(out).toContain('fail  the file itself')
  expect(out).toContain('Cannot find module')
  expect(out).toContain('2 failed.')
})

test('with --json the answer is the results alone', async () => {
  await write('a.test.ts', "test('adds', () => assert.equal(1 + 1, 3, 'sums are off'))\ntest('subtracts', () => {})\n")
  const { code, out } = await shell.type('test', '--json', 'a.test.ts')
  const { tests, ...counts } = JSON.parse(out) as { tests: Record<string, unknown>[] }
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0, files: ['a.test.ts'] })
  expect(tests.map(({ ms, ...rest }) => rest)).toEqual([
    {
      file: 'a.test.ts',
      name: 'adds',
      state: 'failed',
      why: {
        message: expect.stringContaining('sums are off'),
        fault: null,
        at: expect.stringMatching(/^a\.test\.ts:3:/),
      },
    },
    { file: 'a.test.ts', name: 'subtracts', state: 'passed', why: null },
  ])
  expect(code).toBe(1)
})

test('no test at all, and a file that is not there, are told apart from tests that pass', async () => {
  const none = await shell.type('test', '--json')
  expect(JSON.parse(none.out)).toMatchObject({ fault: { code: 'test.none' } })
  expect(none.err).toContain('There is no test in')
  expect(none.code).toBe(4)
  const gone = await shell.type('test', 'workflows/gone.test.ts', '--json')
  expect(JSON.parse(gone.out)).toMatchObject({ fault: { code: 'input.unknown' } })
  expect(gone.code).toBe(4)
})
