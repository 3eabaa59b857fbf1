import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWith, saysVersion, typeAt, writeEval } from './company.ts'

test('evals are run at the command line, and its code says whether they passed', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const passed = await typeAt(company, 'eval', 'writer')
  expect([passed.code, passed.out]).toEqual([
    0,
    'says: writer v4\n   100 %  tea\nPassed: 100 % ($0.00).\n1 passed, 0 failed.',
  ])
  expect(passed.err).toMatch(/Eval says of writer v4 \(run_\w+\)/)
  writeEval(company.folder, saysVersion('v5'), 'shouts')
  const failed = await typeAt(company, 'eval')
  expect([failed.code, failed.out]).toEqual([
    1,
    [
      'says: writer v4',
      '   100 %  tea',
      'Passed: 100 % ($0.00).',
      'shouts: writer v4',
      '     0 %  tea',
      '        speaks 0 %',
      'Failed: 0 % ($0.00).',
      'Not met: the mean is 0 %, and must be 100 %.',
      '1 passed, 1 failed.',
    ].join('\n'),
  ])
  const one = await typeAt(company, 'eval', '--eval', 'says', '--version', '4', '--json')
  expect(JSON.parse(one.out)).toMatchObject({ passed: 1, failed: 0, results: [{ eval: 'says', verdict: 'passed' }] })
})

test('answers are recorded, and taken again', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  const kept = await typeAt(company, 'eval', '--record')
  expect(kept.out).toContain('The answers are kept in evals/recorded/says.json.')
  expect(existsSync(join(company.folder, 'evals/recorded/says.json'))).toBe(true)
  expect((await typeAt(company, 'eval', '--recorded')).out).toContain('Passed: 100 % (recorded answers).')
  expect((await typeAt(company, 'eval', '--record', '--recorded')).code).toBe(2)
})

test('they are listed with how they went last', async () => {
  const company = await openWith()
  expect((await typeAt(company, 'eval', '--list')).out).toContain('docs/guide/evals.md')
  writeEval(company.folder, saysVersion('v4'))
  expect((await typeAt(company, 'eval', '--list')).out).toContain('not tried')
  await company.evaluate()
  expect((await typeAt(company, 'eval', '--list')).out).toContain('v4 passed, 100 %')
})

test('what cannot be run says so by its code', async () => {
  const company = await openWith()
  const none = await typeAt(company, 'eval', 'writer')
  expect([none.code, none.err]).toEqual([4, expect.stringContaining('eval.none: There is no eval of writer.')])
  const told = JSON.parse((await typeAt(company, 'eval', 'writer', '--json')).out)
  expect(told.fault.code).toBe('eval.none')
  writeEval(company.folder, saysVersion('v4'))
  expect((await typeAt(company, 'eval', '--limit', 'much')).code).toBe(2)
  expect((await typeAt(company, 'eval', '--version', '9')).code).toBe(4)
  expect((await typeAt(company, 'eval', '--limit', 'none')).code).toBe(2)
  const nearly = await typeAt(company, 'eval', 'writr')
  expect([nearly.code, nearly.err]).toEqual([4, expect.stringContaining('Did you mean "writer"?')])
  const other = await typeAt(company, 'eval', '--eval', 'say')
  expect([other.code, other.err]).toEqual([4, expect.stringContaining('no eval called "say". Did you mean "says"?')])
  expect((await typeAt(company, 'eval', '--eval', 'sings')).code).toBe(4)
})

test('while the company is paused an eval waits, and says so', async () => {
  const company = await openWith()
  writeEval(company.folder, saysVersion('v4'))
  await company.os.pause('a look')
  const paused = await typeAt(company, 'eval')
  expect([paused.code, paused.err]).toEqual([3, expect.stringContaining('eval.unfinished')])
  expect(company.model.calls).toEqual([])
  await company.os.resume('seen')
  await company.os.idle()
  expect((await typeAt(company, 'eval', '--list')).out).toContain('v4 passed, 100 %')
})
