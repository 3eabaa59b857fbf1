import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../store/clock.ts'
import { countRows, type RowCounts } from '../../store/copy-database.ts'
import { fileFault } from '../../store/file-fault.ts'
import { openSqlite } from '../../store/sqlite.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import { openVault } from '../../store/vault.ts'
import { makeVaultKey } from '../../store/vault-key.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { openJournal } from '../../telemetry/journal.ts'
import { Refusal, refuse } from '../../values/fault.ts'
import type { Clock } from '../../values/time.ts'
import { forgetAgain, ledgersAround } from '../forget/again.ts'
import { ledgerName } from '../forget/ledger-file.ts'
import type { Imported, ImportOptions } from '../os.ts'
import { placesOf } from '../places.ts'
import { beginEpoch } from './begin-epoch.ts'
import { checkChain, checkContent, checkCounts, unreadable } from './check-archive.ts'
import { checkSchema } from './check-schema.ts'
import { type Header, looksLikeArchive } from './format.ts'
import { checkPassphrase, openCompanyKey } from './passphrase.ts'
import { checkSize, placeFiles } from './place-files.ts'
import { flush } from './publish.ts'
import { claimMove, receiptsIn, refuseUsed, type Use, usesOf } from './used.ts'

/**
 * Makes a company in an empty or absent folder from an archive, all or nothing: the folder gets its name once everything in it
 * was proved. A copy is paused, in an epoch of its own, and what was on its way out is put to the operator; a move goes on where
 * it stopped, and its archive is marked as used: imported `again`, it is but a copy. A copy's archive stays as it is.
 * Faults: `input.invalid`, `archive.occupied`, `archive.invalid`, `archive.used`, `archive.wrong-passphrase`, `store.newer`,
 * `store.full`, `store.unwritable`.
 */
export async function importCompany(
  archive: string,
  folder: string,
  passphrase: string,
  { again = false, clock = systemClock(), env = process.env }: ImportOptions = {},
): Promise<Imported> {
  const path = resolve(archive)
  const target = resolve(folder)
  checkPassphrase(passphrase)
  checkIsArchive(path)
  refuseOccupied(target)
  const receipts = receiptsIn(env)
  const uses = usesOf(path, receipts)
  if (!again) refuseUsed(path, uses)
  const { header, lastSeq, epoch, paused } = await unpackArchive({
    archive: path,
    folder: target,
    passphrase,
    clock,
    uses,
    beforeNaming: (found) =>
      found.kind === 'move' ? claimMove({ path, header: found, uses, folder: target, clock, receipts }) : undefined,
  })
  return { folder: target, lastSeq, epoch, paused, kind: uses.length > 0 ? 'copy' : header.kind }
}

export interface Order {
  readonly archive: string
  /** Absent or empty. */
  readonly folder: string
  readonly passphrase: string
  readonly clock: Clock
  /** For a trial nothing is journalled: the store is exactly what the archive holds. */
  readonly trial?: boolean
  /** How it was used before, if it moves. */
  readonly uses?: readonly Use[]
  /** Called when all is proved and the folder is about to get its name; what it returns takes that back. */
  beforeNaming?(header: Header): (() => void) | undefined
}

export interface Unpacked {
  readonly header: Header
  /** As many as the archive holds. */
  readonly rows: RowCounts
  readonly lastSeq: number
  readonly epoch: number
  readonly paused: boolean
}

/** Unpacks an archive into a folder, all or nothing, proved. Faults: those of `importCompany`. */
export async function unpackArchive(order: Order): Promise<Unpacked> {
  const { folder } = order
  let staging: string | undefined
  try {
    staging = mkdtempSync(`${folder}.importing-`)
    const unpacked = await build(order, staging)
    const takeBack = order.beforeNaming?.(unpacked.header)
    try {
      renameSync(staging, folder)
      flush(dirname(folder))
    } catch (error) {
      takeBack?.()
      throw error
    }
    return unpacked
  } catch (error) {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code)))
      refuse('archive.occupied', { folder })
    throw fileFault(error, folder)
  }
}

async function build(order: Order, staging: string): Promise<Unpacked> {
  const { archive, clock, uses = [] } = order
  const copy = join(staging, '.importing.db')
  rebuild(archive, copy)
  const { header, key, rows } = await unpack(copy, order, staging)
  const places = placesOf(staging, header.storeFolder)
  mkdirSync(places.store, { recursive: true, mode: 0o700 })
  renameSync(copy, places.database)
  makeVaultKey(places.vaultKey, key)
  const store = openSqlite(places.database)
  try {
    const vault = await openVault(store, key, clock)
    const anchors = await readAnchors(places.anchors)
    await checkChain({ read: store.read, chainKey: vault.chainKey, anchors, header, path: archive })
    const found = { header, rows, lastSeq: header.lastSeq }
    if (order.trial) return { ...found, epoch: header.epoch, paused: true }
    const journal = openJournal(store, vault, clock)
    const from = basename(archive)
    const isCopy = header.kind === 'copy' || uses.length > 0
    // Each of several that come out of one archive has an epoch of its own.
    const epoch = header.epoch + Math.max(uses.length, isCopy ? 1 : 0)
    const begun = await beginEpoch({ store, journal, clock, from, isCopy, epoch, before: header })
    const ledgers = [join(dirname(resolve(archive)), ledgerName), ...ledgersAround(places, order.folder)]
    await forgetAgain({ store, journal, vault, clock, places }, ledgers)
    return { ...found, epoch, ...begun }
  } finally {
    await store.close()
    flush(places.database)
    flush(places.store)
    flush(staging)
  }
}

/** Copies by content: what a stray bit changed between the rows does not come along, what it changed in them is found. */
function rebuild(archive: string, copy: string): void {
  let source: DatabaseSync | undefined
  try {
    source = new DatabaseSync(archive, { readOnly: true })
    // https://www.sqlite.org/security.html#untrusted_sqlite_database_files
    source.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON')
    checkSchema(source, archive)
    checkSize(source, archive)
    source.prepare('VACUUM INTO ?').run(copy)
  } catch (error) {
    throw unreadable(error, archive)
  } finally {
    source?.close()
  }
}

/** Proves the copy, puts the files in their places, and takes the archive's own tables out. */
async function unpack(
  copy: string,
  { archive, passphrase }: Order,
  staging: string,
): Promise<{ header: Header; key: Buffer; rows: RowCounts }> {
  const connection = new DatabaseSync(copy)
  try {
    connection.exec('PRAGMA trusted_schema = OFF')
    const header = await checkContent(connection, archive)
    const key = await openCompanyKey(header, passphrase, archive)
    const rows = countRows(connection)
    checkCounts(header, rows, archive)
    placeFiles(connection, { folder: staging, storeFolder: header.storeFolder, archive })
    connection.exec('DROP TABLE archive; DROP TABLE archive_files; PRAGMA application_id = 0; VACUUM')
    return { header, key, rows }
  } catch (error) {
    throw sqliteFault(error, copy)
  } finally {
    connection.close()
  }
}

function checkIsArchive(path: string): void {
  try {
    if (!existsSync(path)) refuse('archive.invalid', { path, why: 'there is no such file' })
    if (!looksLikeArchive(path)) refuse('archive.invalid', { path, why: 'it does not begin like one' })
  } catch (error) {
    throw fileFault(error, path)
  }
}

function refuseOccupied(folder: string): void {
  try {
    if (existsSync(folder) && readdirSync(folder).length > 0) refuse('archive.occupied', { folder })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') refuse('archive.occupied', { folder })
    throw error instanceof Refusal ? error : fileFault(error, folder)
  }
}
