import type { KeyObject } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { RowCounts } from '../../store/copy-database.ts'
import { sqliteKysely } from '../../store/sqlite-driver.ts'
import { sqliteFault } from '../../store/sqlite-fault.ts'
import type { Tables } from '../../store/tables.ts'
import type { Anchor } from '../../telemetry/anchor.ts'
import { verifyChain } from '../../telemetry/verify.ts'
import { fault, Refusal, refuse } from '../../values/fault.ts'
import { contentDigest } from './digest.ts'
import { type Header, jsonOf, readHeader } from './format.ts'

const counts = z.record(z.string(), z.int())

/** Opens a written archive again and proves all of it but the passphrase. Fault: `archive.invalid`. */
export async function proveArchive(path: string, chainKey: KeyObject, anchors: readonly Anchor[]): Promise<Header> {
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    const header = await checkContent(connection, path)
    const read = sqliteKysely(connection, { translate: (error) => sqliteFault(error, path) })
    await checkChain({ read, chainKey, anchors, header, path })
    return header
  } finally {
    connection.close()
  }
}

/** The file is whole and says what was written: SQLite's own check, foreign keys, the digest. Fault: `archive.invalid`. */
export async function checkContent(connection: DatabaseSync, path: string): Promise<Header> {
  try {
    const header = readHeader(connection, path)
    const [first] = connection.prepare('PRAGMA integrity_check(1)').all()
    if (first?.integrity_check !== 'ok') invalid(path, String(first?.integrity_check))
    const digest = await contentDigest(connection)
    if (digest.toString('hex') !== header.digest) invalid(path, 'its content has changed since it was written')
    const [dangling] = connection.prepare('PRAGMA foreign_key_check').all()
    if (dangling) invalid(path, `a row of ${dangling.table} refers to nothing`)
    return header
  } catch (error) {
    throw unreadable(error, path)
  }
}

/** Each table has as many rows as the company had when the archive was written. Fault: `archive.invalid`. */
export function checkCounts(header: Header, rows: RowCounts, path: string): void {
  if (header.rows === undefined) return
  const expected = parseCounts(header.rows)
  const tables = new Set([...Object.keys(expected), ...Object.keys(rows)])
  const wrong = [...tables].find((table) => expected[table] !== rows[table])
  if (wrong !== undefined) {
    invalid(path, `it has ${rows[wrong] ?? 'no'} rows of ${wrong}; the company had ${expected[wrong] ?? 'none'}`)
  }
}

function parseCounts(text: string): RowCounts {
  return counts.safeParse(jsonOf(text)).data ?? {}
}

export interface ArchivedChain {
  readonly read: Kysely<Tables>
  readonly chainKey: KeyObject
  readonly anchors: readonly Anchor[]
  readonly header: Header
  readonly path: string
}

/** The journal's chain holds, and ends where the archive says. Fault: `archive.invalid`. */
export async function checkChain({ read, chainKey, anchors, header, path }: ArchivedChain): Promise<void> {
  const verified = await verifyChain({ read, chainKey, anchors })
  if (!verified.ok) invalid(path, `the journal breaks at event ${verified.seq}: ${verified.why}`)
  if (verified.events !== header.lastSeq || verified.head !== header.head) {
    invalid(path, `the journal ends at event ${verified.events}, not at ${header.lastSeq}`)
  }
}

/** What SQLite says of a damaged file as `archive.invalid`; no room and no right to write stay what they are. */
export function unreadable(error: unknown, path: string): unknown {
  const translated = sqliteFault(error, path)
  if (translated instanceof Refusal && translated.fault.code !== 'store.corrupt') return translated
  if (!(error instanceof Error) || !('errcode' in error)) return error
  return new Refusal(fault('archive.invalid', { path, why: error.message }))
}

function invalid(path: string, why: string): never {
  refuse('archive.invalid', { path, why })
}
