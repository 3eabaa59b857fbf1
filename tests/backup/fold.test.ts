import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import { days } from '../../src/values/time.ts'
import { openCompanyIn, type TestCompany } from '../archive/company.ts'
import { backedUp, passphrase } from './company.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

/** The rows that the journal alone gives. */
async function folded({ kernel }: TestCompany): Promise<object[]> {
  const kept = new Map<string, object>()
  for (const { seq, kind, payload } of await kernel.journal.page({ after: 0, limit: 200 })) {
    if (kind === 'company.imported') kept.clear()
    if (kind === 'company.backup-removed' && payload) kept.delete(payload.path)
    if (kind === 'company.backed-up' && payload) {
      const { path, takenAt, lastSeq, bytes, hash } = payload
      kept.set(path, { path, seq, taken_at: takenAt, last_seq: lastSeq, bytes, hash })
    }
  }
  return [...kept.values()]
}

const rows = ({ kernel }: TestCompany) => kernel.store.read.selectFrom('backups').selectAll().orderBy('seq').execute()

test('the backups that are kept follow from the journal, and what was restored keeps none of them', async () => {
  const { company, backups, clock } = await backedUp({ keep: 2 })
  for (let day = 0; day < 4; day += 1) {
    const { path } = await backups.take()
    if (day === 1) rmSync(path)
    await clock.advance(days(1))
  }
  expect(await rows(company)).toHaveLength(2)
  expect(await rows(company)).toEqual(await folded(company))
  const [latest] = await backups.list()
  const folder = join(dirname(company.folder), 'restored')
  await importCompany(latest?.path ?? '', folder, passphrase)
  const restored = await openCompanyIn(folder)
  expect(await rows(restored)).toEqual([])
  expect(await folded(restored)).toEqual([])
})
