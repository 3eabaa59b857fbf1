import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { systemClock } from '../../store/clock.ts'
import { fileFault } from '../../store/file-fault.ts'
import { openSqlite } from '../../store/sqlite.ts'
import { openVault } from '../../store/vault.ts'
import { readVaultKey } from '../../store/vault-key.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { verifyChain } from '../../telemetry/verify.ts'
import { refuse } from '../../values/fault.ts'
import { placesOf } from '../places.ts'
import { unpackArchive } from './import.ts'

export interface Trial {
  readonly archive: string
  /** What the file's SHA-256 must be, where it is known. */
  readonly hash?: string
  readonly passphrase: string
  /** A folder for nothing else; the caller removes it. */
  readonly place: string
}

/** What a trial found: it could be restored. */
export interface Tried {
  /** SHA-256 of the file, in hexadecimal digits, as `sha256sum` prints it. */
  readonly hash: string
  readonly company: string
  readonly madeAt: string
  readonly lastSeq: number
  readonly rows: number
}

/**
 * Restores an archive for a trial, as an import would, and opens what came out of it: its pages, its digest, its rows, as many as
 * the company had when the archive was written, and its chain. The archive stays as it is. Faults: `backup.changed`, those of
 * `importCompany`.
 */
export async function tryArchive({ archive, hash: expected, passphrase, place }: Trial): Promise<Tried> {
  const hash = await hashOf(archive)
  if (expected !== undefined && hash !== expected)
    refuse('backup.changed', { path: archive, why: 'its bytes are others' })
  const folder = join(place, 'company')
  const clock = systemClock()
  const { header, rows } = await unpackArchive({ archive, folder, passphrase, clock, trial: true })
  const places = placesOf(folder, header.storeFolder)
  const store = openSqlite(places.database)
  try {
    const vault = await openVault(store, readVaultKey(places.vaultKey), clock)
    const chain = { read: store.read, chainKey: vault.chainKey, anchors: await readAnchors(places.anchors) }
    const verified = await verifyChain(chain)
    if (!verified.ok) refuse('archive.invalid', { path: archive, why: `restored, its journal breaks: ${verified.why}` })
    const { company, madeAt, lastSeq } = header
    return { hash, company, madeAt, lastSeq, rows: Object.values(rows).reduce((sum, count) => sum + count, 0) }
  } finally {
    await store.close()
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw fileFault(error, path)
  }
  return hash.digest('hex')
}
