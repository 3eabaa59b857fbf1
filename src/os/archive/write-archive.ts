import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileFault } from '../../store/file-fault.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { isoInstant } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import { epochOf } from '../epoch.ts'
import { proveArchive } from './check-archive.ts'
import { listFiles, writeFile, writeFiles } from './company-files.ts'
import { contentDigest } from './digest.ts'
import { applicationId, archiveFormat, archiveTables, type Header, writeRows } from './format.ts'
import { passphraseKey, usualStretch } from './passphrase.ts'
import { flush } from './publish.ts'

/** What an archive is to be. */
export interface ArchiveOrder {
  /** Must not exist; readable by this user alone (mode 0600). */
  readonly draft: string
  readonly passphrase: string
  readonly kind: 'copy' | 'move'
}

/** Writes a company into a draft, flushes it, and proves it by reading it again. Faults: those of `exportCompany`. */
export async function writeArchive(company: Company, order: ArchiveOrder): Promise<Header> {
  const { kernel, places } = company
  // Before the copy is made, so that none of them is younger than its journal.
  const anchors = await readAnchors(places.anchors)
  const anchorFile = existsSync(places.anchors) ? readFileSync(places.anchors) : undefined
  try {
    const files = listFiles(places)
    closeSync(openSync(order.draft, 'wx', 0o600))
    await kernel.store.copyTo(order.draft)
    const connection = new DatabaseSync(order.draft)
    try {
      connection.exec(`PRAGMA synchronous = FULL; BEGIN; ${archiveTables}; PRAGMA application_id = ${applicationId}`)
      writeFiles(connection, places.folder, files)
      if (anchorFile) {
        const path = relative(places.folder, places.anchors)
        writeFile(connection, { path, mode: 0o600, content: anchorFile })
      }
      await writeHeader(connection, company, order)
      connection.exec('COMMIT')
    } finally {
      connection.close()
    }
    flush(order.draft)
  } catch (error) {
    throw fileFault(sqliteFault(error, order.draft), order.draft)
  }
  return proveArchive(order.draft, kernel.vault.chainKey, anchors)
}

async function writeHeader(connection: DatabaseSync, company: Company, order: ArchiveOrder): Promise<void> {
  const { kernel, config, places } = company
  const head = connection.prepare('SELECT seq, hex(mac) AS mac FROM events ORDER BY seq DESC LIMIT 1').get()
  const stretch = usualStretch()
  writeRows(connection, {
    format: archiveFormat,
    company: config.name,
    epoch: await epochOf(kernel.store),
    lastSeq: Number(head?.seq),
    head: String(head?.mac).toLowerCase(),
    madeAt: isoInstant(kernel.clock.now()),
    kind: order.kind,
    storeFolder: relative(places.folder, places.store).split(sep).join('/'),
    ...stretch,
  })
  const digest = await contentDigest(connection)
  const key = kernel.vault.sealCompanyKey(await passphraseKey(order.passphrase, stretch), digest)
  writeRows(connection, { digest: digest.toString('hex'), key: key.toString('hex') })
}
