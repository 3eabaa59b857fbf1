import { closeSync, openSync, readSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { refuse } from '../../values/fault.ts'
import { parse } from '../../values/schema.ts'

/**
 * An archive is a SQLite file: the company's tables as they were at one moment, and two of its own. `archive` says in rows of
 * text what it is; `archive_files` holds the company's own files. docs/decisions/0014-archive.md describes it for other programs.
 */
export const archiveTables = `
CREATE TABLE archive (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE archive_files (
  path TEXT PRIMARY KEY, mode INTEGER NOT NULL, content BLOB NOT NULL
) STRICT, WITHOUT ROWID;`

/** Stands in the file's header (offset 68), so that an archive is known without being opened: `SOLO`. */
export const applicationId = 0x534f4c4f

export const archiveFormat = 1

// nonce 12, the company's key 32, the digest 32, tag 16
export const keyBytes = 92

const whole = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))

// The bounds of scrypt keep a forged archive from asking for more than 2 GB of memory.
const header = z.object({
  format: z.literal(String(archiveFormat)),
  company: z.string(),
  epoch: whole,
  lastSeq: whole,
  head: hex(32),
  madeAt: z.string(),
  kind: z.enum(['copy', 'move']),
  storeFolder: z.string(),
  /** How many rows each table had, as JSON. Archives of the first days say nothing of it. */
  rows: z.string().optional(),
  'scrypt.log2N': whole.pipe(z.int().min(14).max(20)),
  'scrypt.r': whole.pipe(z.int().min(1).max(16)),
  'scrypt.p': whole.pipe(z.int().min(1).max(4)),
  'scrypt.salt': hex(16),
  digest: hex(32),
  key: hex(keyBytes),
})

// Many times what we write: whoever sends more cannot make us read it.
const longest = 100_000
const most = 100

/** The rows of `archive`, read. */
export type Header = z.infer<typeof header>

export function writeRows(connection: DatabaseSync, rows: Readonly<Record<string, string | number>>): void {
  const insert = connection.prepare('INSERT INTO archive (name, value) VALUES (?, ?)')
  for (const [name, value] of Object.entries(rows)) insert.run(name, String(value))
}

/** Fault: `archive.invalid`. */
export function readHeader(connection: DatabaseSync, path: string): Header {
  const rows = connection.prepare(`SELECT name, substr(value, 1, ${longest}) AS value FROM archive LIMIT ${most}`).all()
  const found = Object.fromEntries(rows.map((row) => [String(row.name), row.value]))
  const parsed = parse(header as unknown as z.ZodType<Header>, found)
  if (!parsed.ok) refuse('archive.invalid', { path, why: parsed.why })
  return parsed.value
}

/** What a text says as JSON; `undefined` when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Whether a file says that it is an archive; reads its first 72 bytes. */
export function looksLikeArchive(path: string): boolean {
  const head = Buffer.alloc(72)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  return head.toString('latin1', 0, 15) === 'SQLite format 3' && head.readUInt32BE(68) === applicationId
}
