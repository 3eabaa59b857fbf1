import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Within } from './passage.ts'
import { numberOf } from './take-in.ts'

/** A condition in SQL over `passages p`, and its values. `owners` is `undefined` where every identity counts. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
  readonly owners: readonly number[] | undefined
}

// Where a condition has no index of its own, so many are looked at: some 20 ms.
const mostLookedAt = 20_000

/** The numbers of the newest by when they happened. */
export function newest(db: DatabaseSync, within: Within, limit: number): number[] {
  return ordered(db, within, limit, 'at DESC, id DESC')
}

/** The numbers of those that matter most. */
export function weightiest(db: DatabaseSync, within: Within, limit: number): number[] {
  return ordered(db, within, limit, 'weight DESC, at DESC, id DESC')
}

/** The numbers of the neighbours of a passage in its conversation, in order. */
export function around(db: DatabaseSync, id: number, each: number): number[] {
  return (neighbours(db, [id], each)[0] ?? []).filter((other) => other !== id)
}

// What is of no conversation and no run has nothing beside it.
const noThread = numberOf('')

/** The rows in which passages stand in their conversations: each with its neighbours, in order. One that is gone has none. */
export function neighbours(db: DatabaseSync, ids: readonly number[], each: number): number[][] {
  const place = db.prepare('SELECT owner, thread, at FROM passages WHERE id = ?')
  const side = (order: 'DESC' | 'ASC', sign: '<' | '>'): StatementSync =>
    db.prepare(
      `SELECT id FROM passages WHERE owner = ? AND thread = ? AND (at, id) ${sign} (?, ?)
       ORDER BY at ${order}, id ${order} LIMIT ?`,
    )
  const [before, after] = [side('DESC', '<'), side('ASC', '>')]
  return ids.map((id) => {
    const here = place.get(id) as { owner: number; thread: number; at: number } | undefined
    if (!here) return []
    const { owner, thread, at } = here
    if (thread === noThread) return [id]
    const of = (some: StatementSync): number[] => some.all(owner, thread, at, id, each).map((row) => Number(row.id))
    return [...of(before).reverse(), id, ...of(after)]
  })
}

/** All of a condition but its words. */
export function conditionOf(db: DatabaseSync, within: Within): Condition {
  const values: SQLInputValue[] = []
  const parts: string[] = []
  const numbers = (names: readonly string[]): number[] =>
    db
      .prepare('SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))')
      .all(JSON.stringify(names))
      .map((row) => Number(row.id))
  const add = (sql: string, ...given: SQLInputValue[]): void => {
    parts.push(sql)
    values.push(...given)
  }
  if (within.run !== undefined) add('p.run = ?', numberOf(within.run))
  if (within.exceptRun !== undefined) add('p.run IS NOT ?', numberOf(within.exceptRun))
  if (within.thread !== undefined) add('p.thread = ?', numberOf(within.thread))
  if (within.kinds) add('p.kind IN (SELECT value FROM json_each(?))', JSON.stringify(numbers(within.kinds)))
  if (within.from !== undefined) add('p.at >= ?', within.from)
  if (within.until !== undefined) add('p.at <= ?', within.until)
  const owners = within.identities && numbers(within.identities)
  return { sql: parts.length === 0 ? 'TRUE' : parts.join(' AND '), values, owners }
}

interface Ordered {
  readonly id: number
  readonly at: number
  readonly weight: number
}

// An owner at a time: a union of several would be sorted whole.
function ordered(db: DatabaseSync, within: Within, limit: number, order: string): number[] {
  const { sql, values, owners } = conditionOf(db, within)
  const some = (owner: number | undefined): Ordered[] => {
    const of = owner === undefined ? '' : 'WHERE owner = ?'
    const first = sql === 'TRUE' ? limit : mostLookedAt
    return db
      .prepare(
        `SELECT id, at, weight FROM (SELECT * FROM passages ${of} ORDER BY ${order} LIMIT ?) p WHERE ${sql} LIMIT ?`,
      )
      .all(...(owner === undefined ? [] : [owner]), first, ...values, limit) as unknown as Ordered[]
  }
  if (owners === undefined) return some(undefined).map(({ id }) => id)
  const byWeight = order.startsWith('weight')
  return owners
    .flatMap(some)
    .sort((a, b) => (byWeight ? b.weight - a.weight : 0) || b.at - a.at || b.id - a.id)
    .slice(0, limit)
    .map(({ id }) => id)
}
