import { expect, onTestFinished, test } from 'vitest'
import { openCrashCompany } from '../crash/company.ts'
import { openGround, runCompany } from '../crash/processes.ts'
import { type WorkName, workNamed } from '../crash/works.ts'
import { kept, replayed } from './replay.ts'

const works: readonly WorkName[] = ['outbox-letter', 'unsure-letter', 'workshop', 'paid-workshop']

/** Lets a company live to its end, killed on its way as often as said. */
async function lived(work: WorkName, crashes: readonly string[]) {
  const ground = openGround()
  onTestFinished(() => ground.close())
  const folder = ground.folder()
  for (const point of crashes) await runCompany(folder, work, { SOLOIST_CRASH: point })
  expect(await runCompany(folder, work)).toEqual({ by: 0, stderr: '' })
  const company = await openCrashCompany(folder, workNamed(work), {})
  onTestFinished(() => company.close())
  return company.kernel
}

test.each(works)('replaying the events of %s gives the rows that are there', async (work) => {
  const kernel = await lived(work, [])
  const rows = await kept(kernel)
  expect(rows.tasks.length).toBeGreaterThan(4)
  expect(await replayed(kernel)).toEqual(rows)
})

test.each(works)('replaying the events of %s gives the rows that are there after crashes too', async (work) => {
  const crashes = ['after:commit:16', 'before:call:2', 'after:call:2', 'after:commit:9', 'before:commit:15']
  const kernel = await lived(work, crashes)
  expect(await replayed(kernel)).toEqual(await kept(kernel))
})
