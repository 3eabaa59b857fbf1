import { closeSync, openSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { refuse } from '../values/fault.ts'
import { fileFault } from './file-fault.ts'
import { busyMs, sqliteFault } from './sqlite-fault.ts'

/** How many rows each table has. */
export type RowCounts = Readonly<Record<string, number>>

// 8 MB of pages between two looks at other work.
const pagesAtOnce = 2000

/**
 * Writes what is committed now, and nothing that was deleted before, to a new database file, readable by this user alone; work
 * goes on meanwhile. The pages are copied out of one snapshot, in which the rows are counted too: the copy must have as many.
 * Gives these counts. Faults: `store.full`, `store.unwritable`, `store.corrupt`.
 */
export async function copyDatabase(path: string, copy: string): Promise<RowCounts> {
  const pages = `${copy}.pages`
  try {
    for (const file of [pages, copy]) closeSync(openSync(file, file === copy ? 'a' : 'w', 0o600))
    const rows = await copyPages(path, pages)
    withoutFreePages(pages, copy)
    const copied = reading(copy, countRows)
    const table = Object.keys(rows).find((name) => rows[name] !== copied[name])
    if (table !== undefined) {
      refuse('store.corrupt', { path, why: `of ${rows[table]} rows of ${table}, ${copied[table]} can be copied` })
    }
    return rows
  } catch (error) {
    throw fileFault(sqliteFault(error, copy), copy)
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(pages + suffix, { force: true })
  }
}

/** Counts the rows of each table, those of an archive's own apart. */
export function countRows(connection: DatabaseSync): RowCounts {
  const names = connection.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     AND name NOT IN ('archive', 'archive_files') ORDER BY name`,
  )
  return Object.fromEntries(
    names.all().map(({ name }) => {
      const quoted = `"${String(name).replaceAll('"', '""')}"`
      return [String(name), Number(connection.prepare(`SELECT count(*) AS rows FROM ${quoted}`).get()?.rows)]
    }),
  )
}

async function copyPages(path: string, pages: string): Promise<RowCounts> {
  const source = new DatabaseSync(path, { timeout: busyMs, readOnly: true })
  try {
    // Held open, so that the copy never starts again, however much is written meanwhile.
    source.exec('BEGIN')
    const rows = countRows(source)
    await backup(source, pages, { rate: pagesAtOnce })
    return rows
  } finally {
    source.close()
  }
}

function withoutFreePages(pages: string, copy: string): void {
  const whole = new DatabaseSync(pages)
  try {
    whole.exec('PRAGMA locking_mode = EXCLUSIVE')
    whole.prepare('VACUUM INTO ?').run(copy)
  } finally {
    whole.close()
  }
}

function reading<T>(path: string, look: (connection: DatabaseSync) => T): T {
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    return look(connection)
  } finally {
    connection.close()
  }
}
