import { mkdirSync, readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { openCrashCompany } from './company.ts'
import { brokenLaws } from './laws.ts'
import { openGround, runCompany } from './processes.ts'
import { countOf } from './scene-files.ts'
import { workNamed } from './works.ts'

// What is on disk before the next commit is what was there after the last.
const sides = process.env.PROOF ? ['before', 'after'] : ['before']

test('a company that is killed while it is made is made by the next process', { timeout: 600_000 }, async () => {
  const ground = openGround()
  onTestFinished(() => ground.close())
  const counted = ground.folder()
  mkdirSync(counted)
  await runCompany(counted, 'outbox-letter', { SOLOIST_CRASH_COUNT: countOf(counted) }, ['prepare'])
  const { commit } = JSON.parse(readFileSync(countOf(counted), 'utf8'))
  expect(commit).toBeGreaterThan(2)
  for (let nth = 1; nth <= commit; nth += 1) {
    for (const side of sides) {
      const folder = ground.folder()
      const point = `${side}:commit:${nth}`
      expect((await runCompany(folder, 'outbox-letter', { SOLOIST_CRASH: point }, ['prepare'])).by).toBe('SIGKILL')
      expect(await runCompany(folder, 'outbox-letter'), point).toEqual({ by: 0, stderr: '' })
      const { kernel, close } = await openCrashCompany(folder, workNamed('outbox-letter'), {})
      const { active } = await kernel.identities.members.count(
        (await kernel.identities.handles.find('audience:readers'))!,
      )
      expect(active).toBe(5)
      expect(await brokenLaws(kernel, folder), point).toEqual([])
      await close()
    }
  }
})
