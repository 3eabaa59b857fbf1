import type { KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { aside } from '../../store/aside.ts'
import { fileFault } from '../../store/file-fault.ts'
import { unseal } from '../../store/seal.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import { readAnchors } from '../../telemetry/anchor.ts'
import { isoInstant } from '../../values/time.ts'
import type { Company } from '../commands.ts'
import { epochOf } from '../epoch.ts'
import type { Job } from './archive-thread.ts'
import { type Header, readHeader } from './format.ts'
import { passphraseKey, usualStretch } from './passphrase.ts'
import { flush } from './publish.ts'

/** What an archive is to be. */
export interface ArchiveOrder {
  /** Must not exist; readable by this user alone (mode 0600). */
  readonly draft: string
  readonly passphrase: string
  readonly kind: 'copy' | 'move'
  /** Ends it with `company.paused`. */
  readonly signal?: AbortSignal
}

/**
 * Writes a company into a draft, flushes it, and proves it by reading it again. All that takes long is done in a thread: the
 * company works on. Faults: those of `exportCompany`.
 */
export async function writeArchive(
  company: Pick<Company, 'kernel' | 'config' | 'places'>,
  { draft, passphrase, kind, signal }: ArchiveOrder,
): Promise<Header> {
  const { kernel, places, config } = company
  const { vault, store, clock } = kernel
  // Before the copy is made, so that none of them is younger than its journal.
  const anchors = await readAnchors(places.anchors)
  const anchorFile = existsSync(places.anchors) ? readFileSync(places.anchors) : undefined
  const stretch = usualStretch()
  const facts = { company: config.name, epoch: await epochOf(store), madeAt: isoInstant(clock.now()), kind, ...stretch }
  const work = { draft, places, anchorFile, anchors, facts, chainKey: vault.chainKey }
  const [digest, under] = await Promise.all([
    inThread<Uint8Array>({ job: 'write', ...work }, signal),
    passphraseKey(passphrase, stretch),
  ])
  return sealIn(draft, under, vault.sealCompanyKey(under, digest))
}

/** Has a job done beside the event loop. */
export function inThread<T>(job: Job, signal?: AbortSignal): Promise<T> {
  return aside<T>(import.meta.url, './archive-thread', job, signal)
}

/** Puts the company's key in, which stands outside of the digest, and reads it again. */
function sealIn(draft: string, under: KeyObject, key: Buffer): Header {
  try {
    const connection = new DatabaseSync(draft)
    try {
      connection.exec('PRAGMA synchronous = FULL; BEGIN')
      connection.prepare("UPDATE archive SET value = ? WHERE name = 'key'").run(key.toString('hex'))
      connection.exec('COMMIT')
      const header = readHeader(connection, draft)
      if (!unseal(under, Buffer.from(header.key, 'hex'))) throw new TypeError('the sealed key is not what was written')
      flush(draft)
      return header
    } finally {
      connection.close()
    }
  } catch (error) {
    throw fileFault(sqliteFault(error, draft), draft)
  }
}
