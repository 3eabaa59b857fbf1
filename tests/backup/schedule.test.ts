import { existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { backupSecret } from '../../src/os/backup/kept.ts'
import { companyFindings } from '../../src/os/doctor/company-findings.ts'
import { days, hours, later, minutes } from '../../src/values/time.ts'
import { faultFrom } from '../store/open-store.ts'
import { type BackedUp, backedUp } from './company.ts'

// Where the machine is busy, processes and threads take seconds.
vi.setConfig({ testTimeout: 240_000 })

const archives = ({ to }: BackedUp): string[] => readdirSync(to).sort()
const kinds = async ({ company: { kernel } }: BackedUp): Promise<string[]> =>
  (await kernel.journal.page({ after: 0, limit: 200 }))
    .map((event) => event.kind)
    .filter((kind) => /backup|backed/.test(kind))

test('a backup is made when the company is opened, then each time that its config says, and no more are kept than that', async () => {
  const mine = await backedUp({ keep: 2 })
  for (let day = 1; day <= 3; day += 1) {
    await mine.chores.idle()
    expect(archives(mine)).toHaveLength(Math.min(day, 2))
    expect(await mine.chores.nextDue()).toBe(later(mine.clock.now(), days(1)))
    // Not before it is time.
    await mine.chores.idle()
    await mine.clock.advance(days(1))
  }
  expect(archives(mine)).toEqual(['ana-writes-20260314T090000Z.soloist', 'ana-writes-20260315T090000Z.soloist'])
  const kept = await mine.backups.list()
  expect(kept.map(({ path, there }) => [path, there])).toEqual(
    archives(mine)
      .reverse()
      .map((name) => [join(mine.to, name), true]),
  )
  expect(kept[0]?.bytes).toBe(statSync(kept[0]?.path ?? '').size)
  expect(statSync(kept[0]?.path ?? '').mode & 0o777).toBe(0o600)
  expect(await kinds(mine)).toEqual([
    'company.backed-up',
    'company.backed-up',
    'company.backed-up',
    'company.backup-removed',
  ])
  // Nothing is left of the trials.
  expect(readdirSync(mine.company.places.store).filter((name) => name.startsWith('trial'))).toEqual([])
})

test('without the passphrase no backup is made; it is told, and tried again at ever longer intervals', async () => {
  const mine = await backedUp()
  const { kernel } = mine.company
  await kernel.store.write((tx) => kernel.vault.removeSecret(tx, backupSecret))
  await mine.chores.idle()
  expect(await mine.chores.nextDue()).toBe(later(mine.clock.now(), minutes(5)))
  await mine.clock.advance(minutes(5))
  await mine.chores.idle()
  expect(await mine.chores.nextDue()).toBe(later(mine.clock.now(), minutes(10)))
  expect(await mine.backups.standing()).toMatchObject({
    lastAt: null,
    fault: {
      code: 'backup.failed',
      message:
        'There has been no backup since 2026-03-13T09:00:00Z: The secret "BACKUP_PASSPHRASE", which backup needs, is not set.',
    },
  })
  expect(await kinds(mine)).toEqual(['company.backup-failed', 'company.backup-failed'])
  await kernel.store.write((tx) => kernel.vault.setSecret(tx, backupSecret, 'another passphrase'))
  await mine.clock.advance(minutes(10))
  await mine.chores.idle()
  expect(archives(mine)).toHaveLength(1)
  expect(await mine.backups.standing()).toMatchObject({ lastAt: mine.clock.now(), fault: null })
})

test('a folder on a disk that is not there is not made on another disk, and it is told', async () => {
  const mine = await backedUp({ to: '../stick/backups' })
  await mine.chores.idle()
  const { os } = mine.company
  const checks = (await companyFindings({ ...os, backups: mine.backups })).filter(({ what }) => what === 'backup')
  expect(checks).toMatchObject([{ fault: { code: 'backup.failed', retry: 'later' } }])
  expect(checks[0]?.fault?.message).toContain('cannot be written')
  expect(existsSync(join(dirname(mine.company.folder), 'stick'))).toBe(false)
  // Six hours are the longest pause.
  for (let tried = 1; tried < 10; tried += 1) {
    await mine.clock.advance(hours(6))
    await mine.chores.idle()
  }
  expect(await mine.chores.nextDue()).toBe(later(mine.clock.now(), hours(6)))
  mkdirSync(join(dirname(mine.company.folder), 'stick'))
  await mine.clock.advance(hours(6))
  await mine.chores.idle()
  expect((await mine.backups.list()).map(({ there }) => there)).toEqual([true])
})

test('an old backup goes only when a newer one was tried; what the operator took away is noted', async () => {
  const mine = await backedUp({ keep: 1 })
  const first = await mine.backups.take()
  await mine.clock.advance(days(1))
  // No trial can be made, so that nothing new counts.
  const { store } = mine.company.places
  writeFileSync(join(mine.company.folder, 'large'), '')
  truncateSync(join(mine.company.folder, 'large'), 2 ** 29)
  expect((await faultFrom(mine.backups.take())).code).toBe('input.too-large')
  expect(archives(mine)).toEqual([basename(first.path)])
  rmSync(join(mine.company.folder, 'large'))
  const second = await mine.backups.take()
  expect(archives(mine)).toEqual([basename(second.path)])
  rmSync(second.path)
  await mine.clock.advance(days(1))
  await mine.backups.take()
  const removed = await mine.company.kernel.journal.page({ after: 0, limit: 10, kind: 'company.backup-removed' })
  expect(removed.map(({ payload }) => payload)).toEqual([
    { path: first.path, why: 'old' },
    { path: second.path, why: 'gone' },
  ])
  expect(readdirSync(store).filter((name) => name.startsWith('trial'))).toEqual([])
})

test('a draft that a killed process left is taken away, and other files in the folder stay', async () => {
  const mine = await backedUp({ keep: 1 })
  mkdirSync(mine.to)
  const foreign = ['photos.zip', 'other-20260101T000000Z.soloist', 'mine.partial']
  const left = ['ana-writes-20260312T090000Z.soloist.0123abcd.partial', 'ana.soloist.0123abcd.partial-journal']
  for (const name of [...foreign, ...left]) writeFileSync(join(mine.to, name), 'x')
  mkdirSync(join(mine.company.places.store, 'trial-left'))
  for (let count = 0; count < 2; count += 1) {
    await mine.backups.take()
    await mine.clock.advance(days(1))
  }
  expect(archives(mine)).toEqual([...foreign, 'ana-writes-20260314T090000Z.soloist'].sort())
  expect(readdirSync(mine.company.places.store)).not.toContain('trial-left')
})

test('two that are asked for at once are one, and closing the company ends it without a trace', async () => {
  const mine = await backedUp()
  const [one, other] = await Promise.all([mine.backups.take(), mine.backups.take()])
  expect(one).toEqual(other)
  expect(archives(mine)).toHaveLength(1)
  const third = faultFrom(mine.backups.take())
  mine.backups.stop()
  expect((await third).code).toBe('company.paused')
  expect(archives(mine)).toHaveLength(1)
  expect(await kinds(mine)).toEqual(['company.backed-up'])
})

test('a company whose config says nothing of backups has none, and says how to get them', async () => {
  const { company } = await backedUp()
  expect((await faultFrom(company.backups.take())).code).toBe('backup.off')
  expect(await company.backups.standing()).toBeNull()
  expect(company.backups.chores).toEqual([])
})
