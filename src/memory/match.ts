import type { DatabaseSync } from 'node:sqlite'
import type { Effort, Match, Searched, Within } from './passage.ts'
import { type Condition, conditionOf } from './select.ts'

// The usual constants of BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework").
const k1 = 1.2
const b = 0.75
// More words than this are a text, not a question.
const mostWords = 64
// Of each word the newest so many are looked at: 1 to 7 ms with 1,000,000 passages.
const mostOfWord = 2000
// Of each word in a quick match: 0.2 ms with 100,000 passages of one owner.
const mostOfWordQuickly = 128
// Of the best by their rare words so many are asked for the common ones too: 500 take 12 ms for a word that stands in a tenth of all.
const mostAsked = 300

interface Found {
  readonly ids: readonly number[]
  readonly df: number
  readonly idf: number
  /** All passages with the word are here. */
  readonly whole: boolean
}

/** The best by BM25, each word counted once, as `Passages.match` promises. */
export function match(
  db: DatabaseSync,
  words: readonly string[],
  within: Within,
  limit: number,
  effort: Effort = 'thorough',
): Match[] {
  return [...search(db, new Map(words.map((word) => [word, 1])), within, limit, effort).matches]
}

/** The best by BM25 where each word has a weight, as `Passages.search` promises. */
export function search(
  db: DatabaseSync,
  words: ReadonlyMap<string, number>,
  within: Within,
  limit: number,
  effort: Effort = 'thorough',
): Searched {
  const condition = conditionOf(db, within)
  if (condition.owners?.length === 0) return { matches: [], passages: 0, of: new Map() }
  const most = countOf(db, condition)
  const quick = effort === 'quick'
  const depth = quick ? mostOfWordQuickly : mostOfWord
  const found = [...words]
    .slice(0, mostWords)
    .map(([word, weight]) => ({ ...findWord(db, word, condition, most, depth), word, weight }))
  const sums = new Map<number, number>()
  for (const { ids, idf, weight } of found) for (const id of ids) sums.set(id, (sums.get(id) ?? 0) + weight * idf)
  const best = [...sums]
    .sort(([one, a], [other, c]) => c - a || other - one)
    .slice(0, quick ? limit : Math.max(limit, mostAsked))
  const scores = new Map(best)
  for (const { word, weight, ids, idf, whole } of found) {
    // A word that only stands for another is not worth asking for one by one.
    if (quick || whole || weight < 1) continue
    const has = new Set(ids)
    const missing = best.flatMap(([id]) => (has.has(id) ? [] : [id]))
    for (const id of those(db, word, missing)) scores.set(id, (scores.get(id) ?? 0) + weight * idf)
  }
  const matches = byLength(db, scores)
    .sort((one, other) => other.score - one.score || other.id - one.id)
    .slice(0, limit)
  return { matches, passages: most, of: new Map(found.map(({ word, df }) => [word, df])) }
}

/** How many passages there are, and in how many each word stands; of a common word by how densely its newest stand. */
export function wordCount(
  db: DatabaseSync,
  words: readonly string[],
): { readonly passages: number; readonly of: ReadonlyMap<string, number> } {
  const everything: Condition = { sql: 'TRUE', values: [], owners: undefined }
  const passages = countOf(db, everything)
  return {
    passages,
    of: new Map(words.map((word) => [word, frequency(listed(db, word, everything, mostOfWord), passages, mostOfWord)])),
  }
}

function findWord(db: DatabaseSync, word: string, condition: Condition, most: number, depth: number): Found {
  const ids = listed(db, word, condition, depth)
  const df = frequency(ids, most, depth)
  return { ids, df, idf: Math.log(1 + (most - df + 0.5) / (df + 0.5)), whole: ids.length < depth }
}

/** The newest passages with a word. */
function listed(db: DatabaseSync, word: string, { sql, values, owners }: Condition, depth: number): number[] {
  const who = owners === undefined ? '' : ` AND who : (${owners.map((owner) => `"i${owner}"`).join(' OR ')})`
  const text = `body : ${quoted(word)}${who}`
  const rows =
    sql === 'TRUE'
      ? db.prepare('SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?').all(text, depth)
      : db
          .prepare(
            `SELECT p.id FROM (SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 20000) w
             JOIN passages p ON p.id = w.id WHERE ${sql} LIMIT ?`,
          )
          .all(text, ...values, depth)
  return rows.map((row) => Number(row.id))
}

function frequency(ids: readonly number[], most: number, depth: number): number {
  if (ids.length < depth) return ids.length
  const span = (ids[0] ?? 0) - (ids.at(-1) ?? 0) + 1
  return Math.max(ids.length, Math.min(most, Math.round((ids.length * most) / span)))
}

/** How many passages the condition's identities have, at least 1; counted by number where it is all. */
function countOf(db: DatabaseSync, { owners }: Condition): number {
  if (owners === undefined)
    return Math.max(1, Number(db.prepare('SELECT max(id) AS most FROM passages').get()?.most ?? 0))
  const spread = db.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM passages WHERE owner = ? LIMIT 10000)')
  return Math.max(
    1,
    owners.reduce((sum, owner) => sum + Number(spread.get(owner)?.count), 0),
  )
}

/** Which of these have a word. */
function those(db: DatabaseSync, word: string, ids: readonly number[]): number[] {
  if (ids.length === 0) return []
  const among = 'rowid IN (SELECT value FROM json_each(?))'
  return db
    .prepare(`SELECT rowid AS id FROM words WHERE words MATCH ? AND ${among}`)
    .all(`body : ${quoted(word)}`, JSON.stringify(ids))
    .map((row) => Number(row.id))
}

// Where every word counts once, all that is left of BM25 is the length.
function byLength(db: DatabaseSync, scores: ReadonlyMap<number, number>): Match[] {
  const rows = db
    .prepare('SELECT id, length FROM passages WHERE id IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify([...scores.keys()])) as unknown as { id: number; length: number }[]
  const mean = rows.reduce((sum, { length }) => sum + length, 0) / Math.max(1, rows.length)
  return rows.map(({ id, length }) => {
    const saturation = (k1 + 1) / (1 + k1 * (1 - b + (b * length) / mean))
    return { id, score: (scores.get(id) ?? 0) * saturation }
  })
}

/** A word as data: nothing in it is syntax. */
function quoted(word: string): string {
  return `"${word.slice(0, 100).replaceAll('"', '""').replaceAll('\0', ' ')}"`
}
