import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileFault } from '../../store/file-fault.ts'
import { fault, Refusal } from '../../values/fault.ts'
import { isoInstant } from '../../values/time.ts'
import { draftOfArchive } from '../archive/company-files.ts'
import { draftOf, removeDraft } from '../archive/export.ts'
import { checkPassphrase } from '../archive/passphrase.ts'
import { publish } from '../archive/publish.ts'
import type { Tried } from '../archive/try-archive.ts'
import { inThread, writeArchive } from '../archive/write-archive.ts'
import type { BackupPlan } from '../config.ts'
import { epochOf } from '../epoch.ts'
import { writeLedgerBeside } from '../forget/ledgers.ts'
import type { Backup, Parts } from './backups.ts'
import { keptBackups, recordBackup, recordRemoval } from './kept.ts'
import { inTrial } from './try-backup.ts'

/**
 * Writes an archive of the company while it works, restores it for a trial, and only then gives it its name and removes those
 * that are too many. Faults: those of an export, `archive.invalid` when what was written cannot be restored.
 */
export async function takeBackup(
  parts: Parts,
  plan: BackupPlan,
  passphrase: string,
  signal: AbortSignal,
): Promise<Backup> {
  const { kernel, places } = parts
  checkPassphrase(passphrase)
  const folder = resolve(places.folder, plan.to)
  const takenAt = kernel.clock.now()
  const path = freeName(folder, `${await nameOf(parts)}-${isoInstant(takenAt).replace(/[-:]|\.\d+/g, '')}`)
  const draft = draftOf(path)
  try {
    prepare(folder)
    const { lastSeq } = await writeArchive(parts, { draft, passphrase, kind: 'copy', signal })
    const { hash } = await inTrial(places, (place) =>
      inThread<Tried>({ job: 'try', archive: draft, passphrase, place }, signal),
    )
    publish(draft, path)
    await writeLedgerBeside(kernel, path)
    const bytes = statSync(path).size
    await recordBackup(kernel, { path, taken_at: takenAt, last_seq: lastSeq, bytes, hash })
    await removeOld(parts, plan.keep)
    return { path, takenAt, lastSeq, bytes, hash, there: true }
  } catch (error) {
    throw outsideFault(error, folder)
  } finally {
    removeDraft(draft)
  }
}

/** Keeps so many that are there. What the operator took away is noted, and makes room for nobody. */
async function removeOld({ kernel }: Parts, keep: number): Promise<void> {
  const rows = await keptBackups(kernel)
  for (const { path } of rows.filter((row) => !existsSync(row.path))) await recordRemoval(kernel, path, 'gone')
  for (const { path } of rows.filter((row) => existsSync(row.path)).slice(keep)) {
    rmSync(path, { force: true })
    await recordRemoval(kernel, path, 'old')
  }
}

/** Made, but not what it lies in: where the stick is not plugged in, nothing is written to the disk in its stead. */
function prepare(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  // What a process left that was killed meanwhile.
  for (const name of readdirSync(folder)) {
    if (name.includes('.soloist.') && draftOfArchive.test(name)) rmSync(join(folder, name), { force: true })
  }
}

async function nameOf({ config, kernel }: Parts): Promise<string> {
  const words = config.name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['company']
  const epoch = await epochOf(kernel.store)
  return `${words.join('-').slice(0, 60)}${epoch === 1 ? '' : `-e${epoch}`}`
}

function freeName(folder: string, stem: string): string {
  for (let count = 1; ; count += 1) {
    const path = join(folder, `${stem}${count === 1 ? '' : `-${count}`}.soloist`)
    if (!existsSync(path)) return path
  }
}

/** Whatever a disk says that is not ours: a share that went away has many names for it. It must not stop the company. */
function outsideFault(error: unknown, folder: string): unknown {
  const known = fileFault(error, folder)
  if (known instanceof Refusal || !(error instanceof Error) || !('syscall' in error)) return known
  return new Refusal(fault('store.unwritable', { path: folder, why: error.message }))
}
