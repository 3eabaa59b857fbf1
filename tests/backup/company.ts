import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openBackups } from '../../src/os/backup/backups.ts'
import { backupSecret } from '../../src/os/backup/kept.ts'
import { type Chores, openChores } from '../../src/os/chores.ts'
import type { BackupPlan } from '../../src/os/config.ts'
import type { FakeClock } from '../../src/testing/clock.ts'
import { days } from '../../src/values/time.ts'
import { newCompany, type TestCompany } from '../archive/company.ts'

export const passphrase = 'correct horse battery staple'

export interface BackedUp {
  readonly company: TestCompany
  readonly backups: ReturnType<typeof openBackups>
  readonly chores: Chores
  readonly clock: FakeClock
  /** Where the backups go. */
  readonly to: string
}

/** A company whose config wants backups beside its folder, with the secret for them. */
export async function backedUp(plan: Partial<BackupPlan> = {}): Promise<BackedUp> {
  const company = await newCompany()
  const { kernel, places, config } = company
  const wanted: BackupPlan = { every: days(1), to: '../backups', keep: 3, ...plan }
  await kernel.store.write((tx) => kernel.vault.setSecret(tx, backupSecret, passphrase))
  const backups = openBackups({ kernel, places, config: { ...config, backup: wanted } })
  const chores = openChores(backups.chores, kernel.clock)
  onTestFinished(async () => {
    backups.stop()
    await chores.close()
  })
  return { company, backups, chores, clock: kernel.clock as FakeClock, to: join(dirname(company.folder), 'backups') }
}
