import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { DemoCompany } from '../../scripts/demo/company.ts'
import { makeVaultKey } from '../../src/store/vault-key.ts'
import { instant } from '../../src/values/time.ts'
import { goodConfig } from '../bad-input/command-line.ts'

// Each command is a process: seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000 })

const passphrase = 'a long passphrase'

/** A company that is backed up each day, with a run that waits for its operator. */
async function companyWithBackups() {
  const company = new DemoCompany(instant(Date.UTC(2026, 2, 13, 9)))
  onTestFinished(() => company.close())
  mkdirSync(join(company.folder, '.soloist'), { recursive: true })
  makeVaultKey(join(company.folder, '.soloist/vault.key'))
  const config = goodConfig.replace(
    'workflows: [hello],',
    "workflows: [hello], backup: { every: days(1), to: '../backups', keep: 2 },",
  )
  writeFileSync(join(company.folder, 'soloist.config.ts'), config)
  const type = (words: string, input = '') => company.type([...words.split(' '), '--company', company.folder], input)
  return { company, type }
}

test('a company is backed up by itself, the backup is tried with the passphrase that its operator knows, and restored', async () => {
  const { company, type } = await companyWithBackups()
  const doctor = await type('doctor')
  expect([doctor.code, doctor.out]).toEqual([1, expect.stringContaining('soloist secret set BACKUP_PASSPHRASE')])
  await type('secret set BACKUP_PASSPHRASE', `${passphrase}\n`)
  expect((await type('run hello name=Bo')).code).toBe(3)
  const { items } = JSON.parse((await type('backup list --json')).out)
  expect(items).toMatchObject([{ there: true, path: join(company.home, 'backups/hello-20260313T090000Z.soloist') }])
  const now = await type('backup now')
  expect([now.code, now.out]).toEqual([0, expect.stringContaining('It was restored for a trial, and is whole.')])

  const [{ path }] = items
  const wrong = await company.type(['backup', 'try', path, '--ask', '--company', company.folder], 'another\n')
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringMatching(/^archive\.wrong-passphrase: .*\nNext: /s)])
  const tried = await company.type(['backup', 'try', path, '--ask', '--company', company.folder], `${passphrase}\n`)
  expect([tried.code, tried.out]).toEqual([0, expect.stringContaining('is whole: Hello as of 2026-03-13T09:00:00Z')])
  const restored = await company.type(['backup', 'restore', path, 'restored'], `${passphrase}\n`)
  expect(restored.out).toMatch(/^Imported into .*restored, paused\.\nNext: soloist resume --company restored/)
})

test('a company that moved goes on there and nowhere else; its archive moves it once', async () => {
  const { company, type } = await companyWithBackups()
  await type('secret set BACKUP_PASSPHRASE', `${passphrase}\n`)
  expect((await type('run hello name=Bo')).code).toBe(3)
  const archive = join(company.home, 'hello.soloist')
  expect((await type(`export ${archive} --move`, `${passphrase}\n`)).code).toBe(0)
  const here = await type('runs')
  expect([here.code, here.err]).toEqual([1, expect.stringContaining(`its archive was written to ${archive}`)])
  const there = await company.type(['import', archive, 'there'], `${passphrase}\n`)
  expect(there.out).toMatch(/^Moved to .*there: it goes on where it stopped\.\nNext: soloist start --company there/)
  const twice = await company.type(['import', archive, 'twice'], `${passphrase}\n`)
  expect([twice.code, twice.err]).toEqual([1, expect.stringMatching(/^archive\.used: .*--again/s)])
  const again = await company.type(['import', archive, 'twice', '--again'], `${passphrase}\n`)
  expect(again.out).toMatch(/paused\.\nNext: soloist resume --company twice/)
})
