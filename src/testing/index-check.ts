import type { DatabaseSync } from 'node:sqlite'

/** The tables that grow with the work done; the others grow with what the operator sets up. */
export const growingTables = [
  'events',
  'keys',
  'identities',
  'handles',
  'facts',
  'fact_disputes',
  'memberships',
  'suppressions',
  'pointers',
  'maintenance',
  'plans',
  'artifacts',
  'outside_texts',
  'pins',
  'runs',
  'tasks',
  'needs',
  'steps',
  'effects',
  'gates',
  'gate_covers',
  'decisions',
  'confidence_points',
  'eval_results',
  'grants',
  'budgets',
  'reservations',
  'admissions',
  'rates',
  'occurrences',
  'receipts',
  'waits',
  'subscriptions',
  'deliveries',
  'batches',
  'merges',
  'distinctions',
  'relations',
  'fact_pins',
  'interactions',
  'commitments',
  'distilled',
  'trial_observations',
  'repeats',
  'proposals',
  'likenesses',
  'likeness_due',
  'upkeep_minutes',
  'upkeep_reviews',
  'upkeep_tally',
  'answers',
] as const

/**
 * The queries that read a whole growing table, each with the line of the query plan that says so; none is what a test demands.
 * A walk along an index counts as bounded only with a LIMIT. Values are not filled in: a query that relies on a partial index
 * must hold that index's condition as a literal (`sql.lit`), or SQLite has to compile it again for each value.
 */
export function unindexed(
  connection: DatabaseSync,
  sqls: Iterable<string>,
  growing: readonly string[] = growingTables,
): string[] {
  const found: string[] = []
  for (const sql of new Set(sqls)) {
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(sql)) continue
    const names = namesOf(growing, sql)
    for (const child of childrenOfInserted(connection, growing, sql)) names.delete(child)
    const plan = connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    for (const { detail } of plan) if (readsAll(detail, names, sql)) found.push(`${detail}: ${sql}`)
  }
  return found
}

/** The tables and what a query calls them: `"tasks" as "t"`. */
function namesOf(growing: readonly string[], sql: string): Set<string> {
  const names = new Set(growing)
  for (const [, table, alias] of sql.matchAll(/"?(\w+)"?\s+as\s+"?(\w+)"?/gi)) {
    if (table && alias && growing.includes(table)) names.add(alias)
  }
  return names
}

/**
 * The plan of an insert into a table with triggers lists a scan of each table that refers to it. SQLite jumps over these
 * unless a deferred reference is waiting to be mended: https://sqlite.org/src/file?name=src/fkey.c (OP_FkIfZero).
 */
function childrenOfInserted(connection: DatabaseSync, growing: readonly string[], sql: string): string[] {
  const [, target] = /^\s*insert\s+(?:or\s+\w+\s+)?into\s+"?(\w+)/i.exec(sql) ?? []
  if (!target) return []
  const refersTo = connection.prepare('SELECT 1 FROM pragma_foreign_key_list(?) WHERE "table" = ?')
  return growing.filter((table) => refersTo.get(table, target) !== undefined)
}

function readsAll(detail: string, names: ReadonlySet<string>, sql: string): boolean {
  const [, table, how] = /^SCAN (\w+)(?: USING (.*))?$/.exec(detail) ?? []
  if (!table || !names.has(table)) return false
  return how === undefined || !/\blimit\b/i.test(sql)
}
