import type { Store, Tx } from '../../store/store.ts'
import type { Row } from '../../store/tables.ts'
import type { Journal } from '../../telemetry/journal.ts'
import type { Fault } from '../../values/fault.ts'
import { companyIdentity } from '../../values/id.ts'
import type { Instant } from '../../values/time.ts'

/** The secret that opens the backups when the company itself is lost. */
export const backupSecret = 'BACKUP_PASSPHRASE'

/** The row of `meta` that says since when no backup could be made. */
export const backupFailedRow = 'backup-failed'

/** A row of backups that failed one after another: the last of them. */
export interface Failure {
  /** When the first of them failed. */
  readonly since: Instant
  readonly at: Instant
  readonly tries: number
  readonly fault: Fault
}

export type KeptRow = Row<'backups'>

interface Books {
  readonly store: Store
  readonly journal: Journal
}

const about = { subject: companyIdentity, origin: 'system' } as const

/** The kept backups, latest first. */
export function keptBackups({ store }: Pick<Books, 'store'>): Promise<KeptRow[]> {
  return store.read.selectFrom('backups').selectAll().orderBy('taken_at', 'desc').execute()
}

export async function lastFailure({ store }: Pick<Books, 'store'>): Promise<Failure | undefined> {
  const row = await store.read.selectFrom('meta').select('value').where('name', '=', backupFailedRow).executeTakeFirst()
  return row && (JSON.parse(row.value) as Failure)
}

/** A backup was verified and has its name; with that the failures before it are over. */
export async function recordBackup({ store, journal }: Books, taken: Omit<KeptRow, 'seq'>): Promise<void> {
  const { path, last_seq, bytes, hash } = taken
  await store.write(async (tx) => {
    const payload = { path, takenAt: taken.taken_at, lastSeq: last_seq, bytes, hash }
    const seq = await journal.append(tx, { kind: 'company.backed-up', ...about, payload })
    await tx.db
      .insertInto('backups')
      .values({ ...taken, seq })
      .execute()
    await tx.db.deleteFrom('meta').where('name', '=', backupFailedRow).execute()
  })
}

/** A backup is kept no longer, or is not there any more. */
export async function recordRemoval({ store, journal }: Books, path: string, why: 'old' | 'gone'): Promise<void> {
  await store.write(async (tx) => {
    await journal.append(tx, { kind: 'company.backup-removed', ...about, payload: { path, why } })
    await tx.db.deleteFrom('backups').where('path', '=', path).execute()
  })
}

export async function recordFailure({ store, journal }: Books, at: Instant, fault: Fault): Promise<void> {
  const before = await lastFailure({ store })
  const failure: Failure = { since: before?.since ?? at, at, tries: (before?.tries ?? 0) + 1, fault }
  await store.write(async (tx) => {
    const payload = { fault, tries: failure.tries }
    await journal.append(tx, { kind: 'company.backup-failed', ...about, payload })
    await putFailure(tx, failure)
  })
}

async function putFailure(tx: Tx, failure: Failure): Promise<void> {
  const value = JSON.stringify(failure)
  await tx.db
    .insertInto('meta')
    .values({ name: backupFailedRow, value })
    .onConflict((clash) => clash.column('name').doUpdateSet({ value }))
    .execute()
}
