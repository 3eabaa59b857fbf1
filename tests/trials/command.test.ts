import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { typeAt } from '../cli/type-at.ts'
import { openTrial } from './company.ts'

test('a trial is begun, shown, promoted and stopped at the command line', async () => {
  const company = await openTrial()
  onTestFinished(() => company.close())
  writeFileSync(join(company.folder, 'soloist.config.ts'), '')
  const type = (...argv: string[]) => typeAt(company, argv)
  const begun = await type('release', 'canary', 'writer', '4', '--share', '10', '--why', 'a try')
  expect(begun.code).toBe(0)
  expect(begun.out).toContain(
    'Trial of v4 against v3, on 10 % of new runs, since 2026-03-13 09:00: too little to tell:',
  )
  expect(begun.out).toContain('too little to tell: 0 of at most 600 runs')
  expect(begun.out).toContain('  MEASURE    V4  V3  WORSE  BETTER\n  failure    -   -   0 %    0 %\n')
  expect((await type('release', 'canary', 'writer', '4', '--share', '90', '--why', 'x')).code).toBe(2)
  expect((await type('release', 'canary', 'writer', '4', '--share', 'half', '--why', 'x')).code).toBe(2)
  const shown = await type('agent', 'show', 'writer')
  expect(shown.out).toContain('At trial  v4 against v3 (canary): too little to tell: 0 of at most 600 runs')
  const stopped = await type('release', 'stop', 'writer', '--why', 'enough')
  expect(stopped.out).toContain('stopped after 0 runs')
  const shadow = await type('release', 'shadow', 'writer', '4', '--usd', '5', '--why', 'a look')
  expect(shadow.out).toContain('Trial of v4 against v3, beside it, $0.00 of $5.00')
  const promoted = await type('release', 'promote', 'writer', '4', '--why', 'good')
  expect(promoted.out).toContain('promoted after 0 runs')
  expect((await type('inbox')).out).toBe('Nothing waits for you.')
  expect(JSON.parse((await type('release', 'show', 'writer', '--json')).out).trials).toHaveLength(2)
})
