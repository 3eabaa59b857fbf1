import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder } from '../releases/company.ts'
import { openWith, refusal, saysVersion, writeEval } from './company.ts'

const all = (version: string) => [{ version, share: 100 }]

const split = (three: number, four: number) => [
  { version: '3', share: three },
  { version: '4', share: four },
]

/** A folder in which version 3 was at work, and version 4 is what it has now. */
async function twoVersions() {
  const folder = newFolder()
  const before = await openWith({ folder, version: 3 })
  await before.run('write')
  await before.close()
  return openWith({ folder, version: 4 })
}

test('a version that failed its eval is not released, whatever was said before', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v3'))
  await company.evaluate()
  const { code, message, next } = await refusal(company.os.release('writer', all('4'), 'it is new'))
  expect([code, message]).toEqual(['release.failing-eval', 'Version 4 of writer failed says.'])
  expect(next).toContain('soloist eval writer --version')
  expect((await refusal(company.os.release('writer', 'code', 'it is new'))).code).toBe('release.failing-eval')
  expect((await refusal(company.os.release('writer', split(90, 10), 'a look'))).code).toBe('release.failing-eval')
  expect(await company.os.releases.history('writer')).toEqual([])
})

test('changing the eval is no way around: what failed is put to it again', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v3'))
  await company.evaluate()
  writeEval(company.folder, saysVersion('v4'))
  expect((await refusal(company.os.release('writer', all('4'), 'now'))).code).toBe('release.failing-eval')
  await company.evaluate()
  await company.os.release('writer', all('4'), 'it passes')
  expect(company.os.releases.current('writer')?.shares).toHaveLength(1)
})

test('a version that was never put to an eval, or to it as it is now, is told which command to run', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v4'))
  const { code, next } = await refusal(company.os.release('writer', all('4'), 'now'))
  expect([code, next]).toEqual([
    'release.unproven',
    expect.stringMatching(/'soloist eval writer --version [0-9a-f]{12}'/),
  ])
  await company.evaluate()
  await company.os.release('writer', all('4'), 'it passes')
  await company.os.release('writer', all('3'), 'back')
  writeEval(company.folder, saysVersion('v4').replace("'tea', input", "'other', input"))
  expect((await company.os.evals.list())[0]?.newest).toMatchObject({ outdated: true })
  expect((await refusal(company.os.release('writer', all('4'), 'again'))).code).toBe('release.unproven')
})

test('one may go back to an older version that has worked, but not to one that fails', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate()
  await company.os.release('writer', all('4'), 'it passes')
  await company.os.release('writer', all('3'), 'v4 is dear')
  await company.os.release('writer', all('4'), 'it is worth it')
  await company.evaluate({ version: '3' })
  expect((await refusal(company.os.release('writer', all('3'), 'again'))).code).toBe('release.failing-eval')
  await company.os.undoRelease('writer', 'a release is always taken back')
})

test('a new version is tried beside the old one that fails: this keeps what it has, and gets no more', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v4'))
  await company.evaluate()
  await company.evaluate({ version: '3' })
  await company.os.release('writer', split(90, 10), 'a look')
  await company.os.release('writer', split(50, 50), 'it is good')
  expect((await refusal(company.os.release('writer', split(60, 40), 'hm'))).code).toBe('release.failing-eval')
})

test('shares that cannot stand are told before what is not proven', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v4'))
  const wrong = company.os.release('writer', [{ version: '4', share: 9 }], 'x')
  expect((await refusal(wrong)).code).toBe('release.bad-shares')
})

test('an eval of another agent, or none at all, changes nothing', async () => {
  const company = await twoVersions()
  writeEval(company.folder, saysVersion('v4'))
  const other = join(company.folder, 'evals/says.eval.ts')
  writeFileSync(other, readFileSync(other, 'utf8').replace("name: 'writer'", "name: 'painter'"))
  await company.os.release('writer', all('4'), 'free')
})

test('that it did recorded tasks again is no work that a version has behind it', async () => {
  const company = await twoVersions()
  await company.call('agents.replay', { agent: 'writer', version: '4', runs: 1 })
  await company.os.idle()
  await company.close()
  const next = await openWith({ folder: company.folder, version: 5 })
  writeEval(next.folder, saysVersion('v4'))
  expect((await refusal(next.os.release('writer', all('4'), 'now'))).code).toBe('release.unproven')
})
