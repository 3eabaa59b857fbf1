import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../../store/clock.ts'
import { fileFault } from '../../store/file-fault.ts'
import { openSqlite } from '../../store/sqlite.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import { openVault } from '../../store/vault.ts'
import { makeVaultKey } from '../../store/vault-key.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { openJournal } from '../../telemetry/journal.ts'
import { refuse } from '../../values/fault.ts'
import type { Clock } from '../../values/time.ts'
import type { Imported } from '../os.ts'
import { placesOf } from '../places.ts'
import { beginEpoch } from './begin-epoch.ts'
import { checkChain, checkContent, unreadable } from './check-archive.ts'
import { type Header, looksLikeArchive } from './format.ts'
import { checkPassphrase, openCompanyKey } from './passphrase.ts'
import { placeFiles } from './place-files.ts'
import { flush } from './publish.ts'

/**
 * Makes a company in an empty or absent folder from an archive, all or nothing: the folder gets its name once everything in it
 * was proved. A copy is paused, in an epoch of its own, and what was on its way out is put to the operator; a move goes on where
 * it stopped. The archive stays as it is.
 * Faults: `input.invalid`, `archive.occupied`, `archive.invalid`, `archive.wrong-passphrase`, `store.newer`, `store.full`,
 * `store.unwritable`.
 */
export async function importCompany(
  archive: string,
  folder: string,
  passphrase: string,
  clock: Clock = systemClock(),
): Promise<Imported> {
  const target = resolve(folder)
  checkPassphrase(passphrase)
  checkIsArchive(archive)
  refuseOccupied(target)
  let staging: string | undefined
  try {
    staging = mkdtempSync(`${target}.importing-`)
    const imported = await build({ archive: resolve(archive), staging, passphrase, clock })
    renameSync(staging, target)
    flush(dirname(target))
    return { folder: target, ...imported }
  } catch (error) {
    if (staging !== undefined) rmSync(staging, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code)))
      refuse('archive.occupied', { folder: target })
    throw fileFault(error, target)
  }
}

interface Order {
  readonly archive: string
  readonly staging: string
  readonly passphrase: string
  readonly clock: Clock
}

async function build({ archive, staging, passphrase, clock }: Order): Promise<Omit<Imported, 'folder'>> {
  const copy = join(staging, '.importing.db')
  rebuild(archive, copy)
  const { header, key } = await unpack(copy, { archive, staging, passphrase })
  const places = placesOf(staging, header.storeFolder)
  mkdirSync(places.store, { recursive: true, mode: 0o700 })
  renameSync(copy, places.database)
  makeVaultKey(places.vaultKey, key)
  const store = openSqlite(places.database)
  try {
    const vault = await openVault(store, key, clock)
    const anchors = await readAnchors(places.anchors)
    await checkChain({ read: store.read, chainKey: vault.chainKey, anchors, header, path: archive })
    const journal = openJournal(store, vault, clock)
    const epoch = await beginEpoch({ store, journal, clock, header, from: basename(archive) })
    return { lastSeq: header.lastSeq, epoch }
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
    source.exec('PRAGMA trusted_schema = OFF')
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
  { archive, staging, passphrase }: Omit<Order, 'clock'>,
): Promise<{ header: Header; key: Buffer }> {
  const connection = new DatabaseSync(copy)
  try {
    connection.exec('PRAGMA trusted_schema = OFF')
    const header = await checkContent(connection, archive)
    const key = await openCompanyKey(header, passphrase, archive)
    placeFiles(connection, { folder: staging, storeFolder: header.storeFolder, archive })
    connection.exec('DROP TABLE archive; DROP TABLE archive_files; PRAGMA application_id = 0; VACUUM')
    return { header, key }
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
    throw fileFault(error, folder)
  }
}
