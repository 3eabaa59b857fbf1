import type { KeyObject } from 'node:crypto'
import { relative, sep } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { copyDatabase, type RowCounts } from '../../store/copy-database.ts'
import { fileFault } from '../../store/file-fault.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import type { Anchor } from '../../telemetry/anchor.ts'
import type { Places } from '../places.ts'
import { proveArchive } from './check-archive.ts'
import { listFiles, writeFile, writeFiles } from './company-files.ts'
import { contentDigest } from './digest.ts'
import { applicationId, archiveFormat, archiveTables, keyBytes, writeRows } from './format.ts'
import { flush } from './publish.ts'

/** An archive that is to be made of the store in `places`. */
export interface Writing {
  readonly draft: string
  readonly places: Places
  readonly anchorFile: Uint8Array | undefined
  readonly anchors: readonly Anchor[]
  /** Rows of `archive`, without those that come out of the copy itself. */
  readonly facts: Readonly<Record<string, string | number>>
  readonly chainKey: KeyObject
}

/**
 * Makes an archive, flushes it and proves it, all but the company's key, for which there is room: what only the vault can seal.
 * Gives its digest. Faults: those of `exportCompany`.
 */
export async function fillArchive(writing: Writing): Promise<Uint8Array> {
  const { draft, places, chainKey, anchors } = writing
  try {
    const digest = await fill(writing, await copyDatabase(places.database, draft))
    flush(draft)
    await proveArchive(draft, chainKey, anchors)
    return digest
  } catch (error) {
    throw fileFault(sqliteFault(error, draft), draft)
  }
}

async function fill({ draft, places, anchorFile, facts }: Writing, rows: RowCounts): Promise<Buffer> {
  const connection = new DatabaseSync(draft)
  try {
    connection.exec(`PRAGMA synchronous = FULL; BEGIN; ${archiveTables}; PRAGMA application_id = ${applicationId}`)
    writeFiles(connection, places.folder, listFiles(places))
    if (anchorFile) writeFile(connection, { path: inside(places, places.anchors), mode: 0o600, content: anchorFile })
    const head = connection.prepare('SELECT seq, hex(mac) AS mac FROM events ORDER BY seq DESC LIMIT 1').get()
    writeRows(connection, {
      format: archiveFormat,
      lastSeq: Number(head?.seq),
      head: String(head?.mac).toLowerCase(),
      storeFolder: inside(places, places.store),
      rows: JSON.stringify(rows),
      ...facts,
    })
    const digest = await contentDigest(connection)
    writeRows(connection, { digest: digest.toString('hex'), key: '0'.repeat(2 * keyBytes) })
    connection.exec('COMMIT')
    return digest
  } finally {
    connection.close()
  }
}

const inside = (places: Places, path: string): string => relative(places.folder, path).split(sep).join('/')
