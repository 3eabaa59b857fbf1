import type { DatabaseSync } from 'node:sqlite'
import type { Passage } from './passage.ts'

/** What a passage is known by, whatever number it gets in an index that is made anew. */
export type Place = Pick<Passage, 'id' | 'seq' | 'part'>

/** Where to go on, and what has no vector up to there. */
export interface Lacking {
  readonly ids: readonly number[]
  readonly upTo: number
}

/**
 * Vectors of passages, each made by a named embedder. They are in the index's file and nowhere else, go with their passages, and are
 * made again when they are missing.
 */
export interface Vectors {
  /** Those that there are. */
  of(embedder: string, ids: readonly number[]): Promise<ReadonlyMap<number, Float32Array>>
  /** Keeps them; of passages that went in the meantime it keeps none. */
  keep(embedder: string, made: readonly { readonly place: Place; readonly vector: Float32Array }[]): Promise<void>
  /** Of the passages after a number those that have none, at most `limit`; a bounded look: `upTo` says how far. */
  lacking(embedder: string, after: number, limit: number): Promise<Lacking>
}

/** The vectors in the index's file, of which `ask` asks. */
export function openVectors(ask: <T>(question: (db: DatabaseSync) => T) => Promise<T>): Vectors {
  return {
    of: (embedder, ids) => ask((db) => vectorsOf(db, embedder, ids)),
    keep: (embedder, made) => ask((db) => keep(db, embedder, made)),
    lacking: (embedder, after, limit) => ask((db) => lacking(db, embedder, after, limit)),
  }
}

// Passages whose vectors are looked up at once: a millisecond or two.
const mostLookedAt = 1000

function vectorsOf(db: DatabaseSync, embedder: string, ids: readonly number[]): ReadonlyMap<number, Float32Array> {
  const rows = db
    .prepare(
      `SELECT id, vector FROM vectors
       WHERE id IN (SELECT value FROM json_each(?)) AND embedder = (SELECT id FROM names WHERE name = ?)`,
    )
    .all(JSON.stringify(ids), nameOf(embedder)) as unknown as { id: number; vector: Uint8Array }[]
  return new Map(rows.map(({ id, vector }) => [id, numbersOf(vector)]))
}

function keep(db: DatabaseSync, embedder: string, made: Parameters<Vectors['keep']>[1]): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    const number = db
      .prepare('INSERT INTO names (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id')
      .get(nameOf(embedder))
    // A number is given again when its passage is gone, an event's never: so no vector of a forgotten text comes back.
    const insert = db.prepare(
      `INSERT INTO vectors (id, embedder, vector) SELECT id, ?, ? FROM passages WHERE id = ? AND seq = ? AND part = ?
       ON CONFLICT (id) DO UPDATE SET embedder = excluded.embedder, vector = excluded.vector`,
    )
    insert.setReadBigInts(true)
    for (const { place, vector } of made) {
      insert.run(Number(number?.id), bytesOf(vector), place.id, place.seq, place.part)
    }
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}

function lacking(db: DatabaseSync, embedder: string, after: number, limit: number): Lacking {
  const rows = db
    .prepare(
      `SELECT p.id AS id, v.id IS NULL AS lacks FROM (SELECT id FROM passages WHERE id > ? ORDER BY id LIMIT ?) p
       LEFT JOIN vectors v ON v.id = p.id AND v.embedder = (SELECT id FROM names WHERE name = ?) ORDER BY p.id`,
    )
    .all(after, mostLookedAt, nameOf(embedder)) as unknown as { id: number; lacks: number }[]
  const without = rows.filter(({ lacks }) => lacks === 1).map(({ id }) => id)
  const ids = without.slice(0, limit)
  if (ids.length < without.length) return { ids, upTo: ids.at(-1) ?? after }
  return { ids, upTo: rows.at(-1)?.id ?? after }
}

// Beside identities and kinds of events, which have no space in their names.
const nameOf = (embedder: string): string => `embedder ${embedder}`

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}

/** Copied: numbers must lie at a multiple of their size, and SQLite's bytes may lie anywhere. */
function numbersOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer)
}
