import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { isBusy, sqliteFault } from '../store/sqlite-fault.ts'
import { textsVersion } from './texts.ts'

/** The file of the index: SQLite, of its own. Whatever is wrong with it, it is made anew out of the journal. */
export interface IndexFile {
  readonly db: DatabaseSync
  /** How far it holds the journal: the event's seq and MAC. */
  position(): { readonly seq: number; readonly mac: string }
  /** Throws away all it holds. */
  clear(): void
}

/**
 * Opens the index, or makes it. A file that cannot be read, or was made in another way, is thrown away. Faults: `store.busy`,
 * `store.full`, `store.unwritable`, `store.corrupt`.
 */
export function openIndexFile(path: string): IndexFile {
  try {
    return opened(path)
  } catch (error) {
    // What somebody else is writing is whole.
    if (isBusy(error)) throw sqliteFault(error, path)
    removeIndexFile(path)
    try {
      return opened(path)
    } catch (again) {
      throw sqliteFault(again, path)
    }
  }
}

/** Nothing is lost: the journal has it all. */
export function removeIndexFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}

// Also with another layout of the tables below.
const version = `${textsVersion}.4`

function opened(path: string): IndexFile {
  const db = new DatabaseSync(path, { timeout: 5000 })
  try {
    // NORMAL: after a crash of the machine it may be behind, never broken. Deleted words are overwritten.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000;
      PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 8388608`)
    db.exec(tables)
    const file = { db, position: () => positionOf(db), clear: () => clear(db) }
    const made = db.prepare("SELECT value FROM state WHERE name = 'version'").get()?.value
    if (made !== version) file.clear()
    return file
  } catch (error) {
    db.close()
    throw error
  }
}

function positionOf(db: DatabaseSync): { seq: number; mac: string } {
  const read = db.prepare('SELECT value FROM state WHERE name = ?')
  return { seq: Number(read.get('seq')?.value ?? 0), mac: String(read.get('mac')?.value ?? '') }
}

function clear(db: DatabaseSync): void {
  db.exec(`
    BEGIN IMMEDIATE; DROP TABLE words; DROP TABLE passages; DROP TABLE vectors; DROP TABLE lexemes; DROP TABLE names; DELETE FROM state; ${tables};
    INSERT INTO state (name, value) VALUES ('version', '${version}'); COMMIT; VACUUM`)
}

// `words` keeps no text, only which words stand where; `who` holds the owner's number, so that one identity's passages are found
// without a look at the others'. Measured with 1,000,000 passages of 20 words: 130 bytes each, the newest 2,000 of a word in 1 ms,
// of a word and an owner in at most 7 ms.
const tables = `
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, part INTEGER NOT NULL, owner INTEGER NOT NULL, run INTEGER, kind INTEGER NOT NULL,
    thread INTEGER NOT NULL, at INTEGER NOT NULL, length INTEGER NOT NULL, weight REAL NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS vectors (id INTEGER PRIMARY KEY, embedder INTEGER NOT NULL, vector BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS lexemes (word TEXT PRIMARY KEY, embedder INTEGER NOT NULL, vector BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS passages_by_owner ON passages (owner, at);
  CREATE INDEX IF NOT EXISTS passages_by_weight ON passages (owner, weight, at);
  CREATE INDEX IF NOT EXISTS passages_by_thread ON passages (owner, thread, at);
  CREATE INDEX IF NOT EXISTS passages_by_time ON passages (at);
  CREATE INDEX IF NOT EXISTS passages_by_kind ON passages (kind, at);
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (body, who, content = '', contentless_delete = 1,
    tokenize = 'porter unicode61 remove_diacritics 2')`
