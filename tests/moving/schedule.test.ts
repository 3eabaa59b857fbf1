import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { importCompany } from '../../src/os/archive/import.ts'
import { operationNamed } from '../../src/os/operations/registry.ts'
import type { FakeClock } from '../../src/testing/clock.ts'
import { hours } from '../../src/values/time.ts'
import { newCompany, openCompanyIn, passphrase, type TestCompany } from '../archive/company.ts'
import { faultFrom } from '../store/open-store.ts'

/** A company in which a letter is written each day at ten, UTC; it is nine. */
async function punctual(): Promise<TestCompany> {
  const ana = await newCompany()
  const input = { name: 'daily', workflow: 'letters', cron: '0 10 * * *', input: { text: 'Dear Bob' } }
  await operationNamed('schedules.add').perform(ana.os, input)
  return ana
}

async function carried(ana: TestCompany, how: { readonly move: boolean }): Promise<TestCompany> {
  const archive = join(dirname(ana.folder), 'ana.soloist')
  await ana.os.export(archive, { ...how, passphrase })
  await ana.os.close()
  const folder = join(dirname(ana.folder), 'elsewhere')
  await importCompany(archive, folder, passphrase)
  return openCompanyIn(folder)
}

async function atTen({ kernel, os }: TestCompany): Promise<(string | null)[]> {
  await (kernel.clock as FakeClock).advance(hours(1))
  await os.idle()
  const rows = await kernel.store.read.selectFrom('occurrences').select(['nominal', 'run_id']).execute()
  return rows.map(({ nominal, run_id }) => (run_id === null ? null : nominal))
}

test('a schedule that waits moves along: it fires where the company is now, once, and no more where it was', async () => {
  const source = await punctual()
  const moved = await carried(source, { move: true })
  expect(await atTen(moved)).toEqual(['2026-03-13T10:00'])
  expect((await faultFrom(openCompanyIn(source.folder))).code).toBe('store.sealed')
})

test('the schedules of a copy stand still until the operator lets the copy work', async () => {
  const copy = await carried(await punctual(), { move: false })
  expect(await atTen(copy)).toEqual([])
  await copy.os.resume('the first is gone')
  await copy.os.idle()
  expect(await atTen(copy)).toEqual(['2026-03-13T10:00'])
})
