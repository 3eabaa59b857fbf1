import { createHash } from 'node:crypto'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'

/**
 * SHA-256 over all that a database says: its schema and each value of each row, in the order of the primary keys; not over how
 * SQLite lays it out. Of the archive's own rows it leaves out `digest` and `key`, which are made from it, and `used`, which is noted later. Lets other work run
 * in between: see docs/decisions/0014-archive.md for what was measured.
 */
export async function contentDigest(connection: DatabaseSync): Promise<Buffer> {
  const hash = createHash('sha256')
  const version = connection.prepare('PRAGMA user_version').get()?.user_version
  hash.update(encode([Number(version)]))
  const schema = connection.prepare(
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
  )
  for (const entry of schema.all()) {
    hash.update(encode(Object.values(entry)))
    if (entry.type === 'table') await addRows(connection, String(entry.name), (bytes) => hash.update(bytes))
  }
  return hash.digest()
}

// A turn of the event loop after so many rows: some 5 ms.
const rowsAtOnce = 1000

async function addRows(connection: DatabaseSync, table: string, add: (bytes: Buffer) => void): Promise<void> {
  const keys = connection.prepare('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk').all(table)
  const order = keys.map((row) => quoted(String(row.name))).join(', ')
  const but = table === 'archive' ? "WHERE name NOT IN ('digest', 'key', 'used')" : ''
  const select = connection.prepare(`SELECT * FROM ${quoted(table)} ${but} ORDER BY ${order}`)
  select.setReadBigInts(true)
  select.setReturnArrays(true)
  let count = 0
  for (const row of select.iterate()) {
    add(encode(row as unknown as SQLOutputValue[]))
    count += 1
    if (count % rowsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Kind and length before each value, so that no two rows read alike. */
function encode(values: readonly SQLOutputValue[]): Buffer {
  const parts: Uint8Array[] = []
  for (const value of values) {
    if (value instanceof Uint8Array) parts.push(Buffer.from(`b${value.length}:`), value)
    else if (typeof value === 'string') {
      const bytes = Buffer.from(value, 'utf8')
      parts.push(Buffer.from(`t${bytes.length}:`), bytes)
    } else parts.push(Buffer.from(value === null ? 'n:' : `${typeof value === 'bigint' ? 'i' : 'r'}${value}:`))
  }
  return Buffer.concat([Buffer.from(`${values.length};`), ...parts])
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
