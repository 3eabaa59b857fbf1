import type { DatabaseSync } from 'node:sqlite'
import type { Within } from './passage.ts'
import { conditionOf } from './select.ts'
import { termOf } from './word.ts'

/** A word that means much the same as another, by the cosine of their vectors. */
export interface NearWord {
  readonly word: string
  readonly cosine: number
}

/** Words of the next passages that nobody has looked at for their words, and up to which passage they are. */
export interface Unread {
  readonly ids: readonly number[]
  readonly upTo: number
}

/**
 * Vectors of the words that passages are made of, made by a named embedder: so a question about hobbies finds who paints. In the index's
 * file, and made again when they are missing. They are of no passage in particular: when somebody is forgotten, all go and are made anew
 * from what is left.
 */
export interface WordVectors {
  /** The next passages whose words are to be learned, at most `limit`. */
  unread(embedder: string, limit: number): Promise<Unread>
  /** Those of these that have no vector, as many as there is room for. */
  unknown(embedder: string, words: readonly string[]): Promise<readonly string[]>
  /** Keeps them; `readUpTo`, where it is known, says from which passage on words are still to be learned. */
  keep(embedder: string, made: ReadonlyMap<string, Float32Array>, readUpTo: number | undefined): Promise<void>
  /** The vectors that there are of these. */
  of(embedder: string, words: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>
  /** For a vector of a word, the words nearest to it that stand in passages that count, the nearest first. */
  near(embedder: string, word: string, vector: Float32Array, within: Within): Promise<readonly NearWord[]>
  /** How many words are known. */
  count(embedder: string): Promise<number>
}

// The language of a company: 10 MB while it is asked. What comes after finds by itself, and is found by no other word.
const mostWords = 20_000
// Alike enough to stand for one another. Below, words share a topic at best; at 0.6 a class and its members part (decision 0024).
const leastCosine = 0.5
const mostNear = 6
// Of these the first that the passages in question have are taken.
const mostTried = 24

/** `ask` asks the index; `edition` is another number after something was taken out of it. */
export function openWordVectors(
  ask: <T>(question: (db: DatabaseSync) => T) => Promise<T>,
  edition: () => number,
): WordVectors {
  let loaded: Loaded | undefined
  function lexemes(db: DatabaseSync, embedder: string): Loaded {
    const count = countOf(db, embedder)
    if (loaded?.embedder === embedder && loaded.edition === edition() && loaded.words.length === count) return loaded
    loaded = { ...load(db, embedder), embedder, edition: edition() }
    return loaded
  }
  return {
    unread: (embedder, limit) => ask((db) => unread(db, embedder, limit)),
    unknown: (embedder, words) => ask((db) => unknown(db, embedder, words)),
    keep: (embedder, made, readUpTo) => ask((db) => keep(db, embedder, made, readUpTo)),
    of: (embedder, words) => ask((db) => vectorsOf(db, embedder, words)),
    near: (embedder, word, vector, within) => ask((db) => near(db, lexemes(db, embedder), word, vector, within)),
    count: (embedder) => ask((db) => countOf(db, embedder)),
  }
}

/** All go: whose words they were is not known. */
export function forgetWords(db: DatabaseSync): void {
  db.exec("DELETE FROM lexemes; DELETE FROM state WHERE name LIKE 'words of %'")
}

interface Lexemes {
  readonly words: readonly string[]
  /** A row of `dimensions` bytes for each word. */
  readonly matrix: Int8Array
  readonly dimensions: number
  readonly lengths: Float64Array
}

interface Loaded extends Lexemes {
  readonly embedder: string
  readonly edition: number
}

const numberIn = "(SELECT id FROM names WHERE name = 'embedder ' || ?)"

function unread(db: DatabaseSync, embedder: string, limit: number): Unread {
  const after = Number(db.prepare('SELECT value FROM state WHERE name = ?').get(`words of ${embedder}`)?.value ?? 0)
  const ids = db
    .prepare('SELECT id FROM passages WHERE id > ? ORDER BY id LIMIT ?')
    .all(after, limit)
    .map((row) => Number(row.id))
  return { ids, upTo: ids.at(-1) ?? after }
}

function unknown(db: DatabaseSync, embedder: string, words: readonly string[]): readonly string[] {
  const room = mostWords - countOf(db, embedder)
  if (room <= 0) return []
  return db
    .prepare(
      `SELECT value AS word FROM json_each(?)
       WHERE NOT EXISTS (SELECT 1 FROM lexemes WHERE word = value AND embedder = ${numberIn}) LIMIT ?`,
    )
    .all(JSON.stringify(words), embedder, room)
    .map((row) => String(row.word))
}

function keep(
  db: DatabaseSync,
  embedder: string,
  made: ReadonlyMap<string, Float32Array>,
  readUpTo: number | undefined,
): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    db.prepare('INSERT INTO names (name) VALUES (?) ON CONFLICT DO NOTHING').run(`embedder ${embedder}`)
    const insert = db.prepare(
      `INSERT INTO lexemes (word, embedder, vector) VALUES (?, ${numberIn}, ?)
       ON CONFLICT DO UPDATE SET embedder = excluded.embedder, vector = excluded.vector`,
    )
    for (const [word, vector] of made) insert.run(word, embedder, bytesOf(vector))
    if (readUpTo !== undefined)
      db.prepare('INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
        `words of ${embedder}`,
        String(readUpTo),
      )
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function vectorsOf(db: DatabaseSync, embedder: string, words: readonly string[]): ReadonlyMap<string, Float32Array> {
  const rows = db
    .prepare(
      `SELECT word, vector FROM lexemes WHERE word IN (SELECT value FROM json_each(?)) AND embedder = ${numberIn}`,
    )
    .all(JSON.stringify(words), embedder) as unknown as { word: string; vector: Uint8Array }[]
  return new Map(rows.map(({ word, vector }) => [word, Float32Array.from(numbersOf(vector))]))
}

function countOf(db: DatabaseSync, embedder: string): number {
  return Number(
    db.prepare(`SELECT count(*) AS count FROM lexemes WHERE embedder = ${numberIn}`).get(embedder)?.count ?? 0,
  )
}

function load(db: DatabaseSync, embedder: string): Lexemes {
  const rows = db
    .prepare(`SELECT word, vector FROM lexemes WHERE embedder = ${numberIn} ORDER BY word`)
    .all(embedder) as unknown as { word: string; vector: Uint8Array }[]
  const dimensions = rows[0]?.vector.length ?? 0
  const matrix = new Int8Array(rows.length * dimensions)
  for (const [at, { vector }] of rows.entries()) matrix.set(numbersOf(vector), at * dimensions)
  const lengths = Float64Array.from(rows, ({ vector }) => lengthOf(numbersOf(vector)))
  return { words: rows.map(({ word }) => word), matrix, dimensions, lengths }
}

function near(
  db: DatabaseSync,
  lexemes: Lexemes,
  word: string,
  vector: Float32Array,
  within: Within,
): readonly NearWord[] {
  const term = termOf(word)
  const found: NearWord[] = []
  const seen = new Set([term])
  for (const one of nearest(lexemes, vector)) {
    if (found.length === mostNear) break
    // Of a word's forms one will do: the index finds the others by their stem.
    const other = termOf(one.word)
    if (seen.has(other)) continue
    seen.add(other)
    if (seen.size > mostTried) break
    if (stands(db, one.word, within)) found.push(one)
  }
  return found
}

function nearest({ words, matrix, dimensions, lengths }: Lexemes, vector: Float32Array): NearWord[] {
  if (vector.length !== dimensions) return []
  const own = lengthOf(vector)
  const found: NearWord[] = []
  for (const [at, word] of words.entries()) {
    let dot = 0
    for (let from = at * dimensions, place = 0; place < dimensions; place += 1)
      dot += (matrix[from + place] as number) * (vector[place] as number)
    const cosine = dot / (own * (lengths[at] as number))
    if (cosine > leastCosine) found.push({ word, cosine })
  }
  return found.sort((one, other) => other.cosine - one.cosine || (one.word < other.word ? -1 : 1))
}

/** Whether a word stands in passages of these identities; of all where none are named. */
function stands(db: DatabaseSync, word: string, within: Within): boolean {
  const { owners } = conditionOf(db, within)
  if (owners === undefined) return true
  if (owners.length === 0) return false
  const who = owners.map((owner) => `"i${owner}"`).join(' OR ')
  const text = `body : "${word}" AND who : (${who})`
  return db.prepare('SELECT 1 FROM words WHERE words MATCH ? LIMIT 1').get(text) !== undefined
}

/** A byte a number: the largest becomes 127. The cosine of two words changes by some thousandths. */
function bytesOf(vector: Float32Array): Uint8Array {
  const most = vector.reduce((largest, one) => Math.max(largest, Math.abs(one)), 0)
  const scaled = Int8Array.from(vector, (one) => (most === 0 ? 0 : Math.round((one / most) * 127)))
  return new Uint8Array(scaled.buffer)
}

function numbersOf(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function lengthOf(vector: Float32Array | Int8Array): number {
  let sum = 0
  for (const one of vector) sum += one * one
  return Math.sqrt(sum)
}
