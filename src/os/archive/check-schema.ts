import { DatabaseSync } from 'node:sqlite'
import { migrations } from '../../store/migrations/all.ts'
import { refuse } from '../../values/fault.ts'
import { archiveTables } from './format.ts'

/**
 * The tables, indexes and triggers of an archive are exactly those of a company of its schema: no view that gives rows without
 * end, no trigger that would act in our name, no law taken away. Faults: `archive.invalid`, `store.newer`.
 */
export function checkSchema(connection: DatabaseSync, path: string): void {
  const version = Number(connection.prepare('PRAGMA user_version').get()?.user_version)
  if (version > migrations.length) refuse('store.newer', { path, found: version, known: migrations.length })
  const expected = new DatabaseSync(':memory:')
  try {
    for (const sql of [...migrations.slice(0, version), archiveTables]) expected.exec(sql)
    const known = entriesOf(expected)
    const found = entriesOf(connection)
    const wrong = [...found].find((entry) => !known.has(entry)) ?? [...known].find((entry) => !found.has(entry))
    if (wrong !== undefined) {
      refuse('archive.invalid', { path, why: `its tables are not those of a company: ${wrong.slice(0, 60)} …` })
    }
  } finally {
    expected.close()
  }
}

// More than this is no schema of ours, and need not be read.
const mostEntries = 1000

function entriesOf(connection: DatabaseSync): Set<string> {
  const rows = connection.prepare(
    `SELECT type, name, substr(coalesce(sql, ''), 1, 20000) AS sql FROM sqlite_schema
     WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT ${mostEntries}`,
  )
  return new Set(rows.all().map(({ type, name, sql }) => `${type} ${name}: ${sql}`))
}
