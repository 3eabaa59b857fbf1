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
// Of a word that weighs less than the question's own fewer will do.
const mostOfOther = 500
// Of the best by their rare words so many are asked for the common ones too: 500 take 12 ms for a word that stands in a tenth of all.
const mostAsked = 300
// Of the common words of a question so many are looked for two by two, the newest so many of each pair: some 3 ms a pair.
const mostPaired = 3
const mostOfPair = 200

interface Found {
  readonly word: string
  readonly ids: readonly number[]
  readonly df: number
  /** Its idf by its weight. */
  readonly worth: number
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
  const quick = effort === 'quick'
  const weighed = new Map(words.map((word) => [word, 1]))
  const { found, sums } = findAll(db, weighed, conditionOf(db, within), quick ? mostOfWordQuickly : mostOfWord)
  const scores = new Map(best(sums, quick ? limit : Math.max(limit, mostAsked)))
  for (const { word, ids, worth, whole } of found) {
    if (quick || whole) continue
    const has = new Set(ids)
    const missing = [...scores.keys()].filter((id) => !has.has(id))
    for (const id of those(db, word, missing)) scores.set(id, (scores.get(id) ?? 0) + worth)
  }
  return byLength(db, scores)
    .sort((one, other) => other.score - one.score || other.id - one.id)
    .slice(0, limit)
}

/** What is worth reading for words that weigh differently, as `Passages.search` promises. */
export function search(db: DatabaseSync, words: ReadonlyMap<string, number>, within: Within, limit: number): Searched {
  const condition = conditionOf(db, within)
  const { found, sums, most } = findAll(db, words, condition, mostOfWord)
  for (const [one, other] of commonPairs(found, words)) {
    // Of common words the newest were found: what holds two of them may be older than these.
    for (const id of listed(db, [one.word, other.word], condition, mostOfPair)) {
      const known = Number(one.has.has(id)) * one.worth + Number(other.has.has(id)) * other.worth
      sums.set(id, (sums.get(id) ?? 0) + one.worth + other.worth - known)
      one.has.add(id)
      other.has.add(id)
    }
  }
  const matches = best(sums, limit).map(([id, score]) => ({ id, score }))
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
    of: new Map(words.map((word) => [word, frequency(listed(db, [word], everything, mostOfWord), passages)])),
  }
}

interface FoundAll {
  readonly found: readonly Found[]
  /** What each passage's words are worth together. */
  readonly sums: Map<number, number>
  readonly most: number
}

function findAll(db: DatabaseSync, words: ReadonlyMap<string, number>, condition: Condition, depth: number): FoundAll {
  const sums = new Map<number, number>()
  if (condition.owners?.length === 0) return { found: [], sums, most: 0 }
  const most = countOf(db, condition)
  const found = [...words].slice(0, mostWords).map(([word, weight]): Found => {
    const limit = weight < 1 ? mostOfOther : depth
    const ids = listed(db, [word], condition, limit)
    const df = frequency(ids, most, limit)
    const worth = weight * Math.log(1 + (most - df + 0.5) / (df + 0.5))
    return { word, ids, df, worth, whole: ids.length < limit }
  })
  for (const { ids, worth } of found) for (const id of ids) sums.set(id, (sums.get(id) ?? 0) + worth)
  return { found, sums, most }
}

function best(sums: ReadonlyMap<number, number>, limit: number): [number, number][] {
  return [...sums].sort(([one, a], [other, b]) => b - a || other - one).slice(0, limit)
}

interface Paired {
  readonly word: string
  readonly worth: number
  readonly has: Set<number>
}

/** The rarest of the common words that weigh most, two by two. */
function commonPairs(found: readonly Found[], words: ReadonlyMap<string, number>): [Paired, Paired][] {
  const own = Math.max(0, ...words.values())
  const common = found
    .filter(({ word, whole }) => !whole && words.get(word) === own)
    .sort((one, other) => one.df - other.df)
    .slice(0, mostPaired)
    .map(({ word, worth, ids }) => ({ word, worth, has: new Set(ids) }))
  return common.flatMap((one, at) => common.slice(at + 1).map((other): [Paired, Paired] => [one, other]))
}

/** The newest passages with these words. */
function listed(
  db: DatabaseSync,
  some: readonly string[],
  { sql, values, owners }: Condition,
  limit: number,
): number[] {
  const who = owners === undefined ? '' : ` AND who : (${owners.map((owner) => `"i${owner}"`).join(' OR ')})`
  const text = `${some.map((word) => `body : ${quoted(word)}`).join(' AND ')}${who}`
  const rows =
    sql === 'TRUE'
      ? db.prepare('SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?').all(text, limit)
      : db
          .prepare(
            // CROSS: words first. By its own choice SQLite walks all passages of a kind, from the oldest on.
            `SELECT p.id FROM (SELECT rowid AS id FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 20000) w
             CROSS JOIN passages p ON p.id = w.id WHERE ${sql} ORDER BY w.id DESC LIMIT ?`,
          )
          .all(text, ...values, limit)
  return rows.map((row) => Number(row.id))
}

function frequency(ids: readonly number[], most: number, limit = mostOfWord): number {
  if (ids.length < limit) return ids.length
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
