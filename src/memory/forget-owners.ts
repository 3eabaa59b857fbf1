import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { IdentityId } from '../values/id.ts'
import { forgetWords } from './word-vectors.ts'

// A slice of a merge: some 50 ms. Between slices others have their turn.
const mergePages = 500
const deletedAtOnce = 1000

/**
 * Takes all passages of these identities out, words and all; and of the words that were learned of anybody all. What FTS5 deletes stays in its old segments until they are merged: they
 * are merged whole, and what they were in is overwritten. Measured with 1,000,000 passages: 1.2 s, in slices of at most 75 ms.
 */
export async function forgetOwners(db: DatabaseSync, identities: readonly IdentityId[]): Promise<void> {
  const owners = db
    .prepare('SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(identities))
    .map((row) => Number(row.id))
  for (const owner of owners) while (remove(db, owner) > 0) await new Promise((resolve) => setImmediate(resolve))
  if (owners.length > 0) {
    forgetWords(db)
    await mergeAll(db)
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function remove(db: DatabaseSync, owner: number): number {
  const rows = db.prepare('SELECT id FROM passages WHERE owner = ? LIMIT ?').all(owner, deletedAtOnce)
  removePassages(
    db,
    rows.map((row) => Number(row.id)),
  )
  return rows.length
}

/** Takes passages out by number, words, vectors and all. */
export function removePassages(db: DatabaseSync, ids: readonly number[]): void {
  const some = JSON.stringify(ids)
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const table of ['words WHERE rowid', 'vectors WHERE id', 'passages WHERE id']) {
      statement(db, `DELETE FROM ${table} IN (SELECT value FROM json_each(?))`).run(some)
    }
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** After each run Node reads SQLite's last insert id, and FTS5 leaves numbers there that only a bigint holds. */
function statement(db: DatabaseSync, sql: string): StatementSync {
  const prepared = db.prepare(sql)
  prepared.setReadBigInts(true)
  return prepared
}

async function mergeAll(db: DatabaseSync): Promise<void> {
  const changes = db.prepare('SELECT total_changes() AS changes')
  const merge = statement(db, "INSERT INTO words (words, rank) VALUES ('merge', ?)")
  // Negative: it begins with all segments, however few.
  merge.run(-mergePages)
  for (;;) {
    const before = Number(changes.get()?.changes)
    merge.run(mergePages)
    // So FTS5 says that nothing is left to merge: fewer than two changes.
    if (Number(changes.get()?.changes) - before < 2) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
