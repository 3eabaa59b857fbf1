import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import type { RunId } from '../../src/values/id.ts'
import { openCompanyIn, type TestCompany } from '../archive/company.ts'
import { backedUp, passphrase } from './company.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

const doubled = async ({ kernel }: TestCompany, run: RunId): Promise<number> => {
  const done = kernel.store.read
    .selectFrom('tasks')
    .select('name')
    .where('run_id', '=', run)
    .where('state', '=', 'done')
  return (await done.execute()).filter(({ name }) => name.endsWith('double')).length
}

test('a backup that is made while 1,000 tasks run is whole, and the run ends where it is restored', async () => {
  const { company, backups } = await backedUp()
  const { os, kernel } = company
  const run = await os.start('crowd', { to: 1000 }, 'operator')
  const begun = Promise.withResolvers<void>()
  let seen = 0
  const leave = kernel.journal.onCommitted(({ kind }) => {
    if (kind === 'task.done') seen += 1
    if (seen === 20) begun.resolve()
  })
  os.work()
  await begun.promise
  const before = seen
  const backup = await backups.take()
  leave()
  // Work went on meanwhile.
  expect(seen).toBeGreaterThan(before)
  await os.idle()
  expect(await doubled(company, run)).toBe(1000)

  await backups.trial(backup.path)
  const folder = join(dirname(company.folder), 'restored')
  await importCompany(backup.path, folder, passphrase)
  const restored = await openCompanyIn(folder)
  expect(await restored.os.mode()).toMatchObject({ mode: 'paused' })
  const there = await doubled(restored, run)
  expect([there > 0, there < 1000]).toEqual([true, true])
  await restored.os.resume('the first is lost')
  await restored.os.idle()
  expect(await doubled(restored, run)).toBe(1000)
  expect((await restored.kernel.readRun(run)).state).toBe('done')
  await restored.os.verify()
})
