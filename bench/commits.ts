import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { report } from './measure.ts'

// What the disk and SQLite give when nothing of ours is in between: the base that the kernel is compared with.
// `node bench/commits.ts [--bytes 2000] [--group 64] [--seconds 3]`

/** Raw group commits a second: each inserts `group` rows of `bytes` bytes in a file with the store's own settings. */
export function rawCommits(bytes: number, group: number, seconds: number): number {
  const folder = mkdtempSync(join(process.env.SOLOIST_BENCH_DIR ?? tmpdir(), 'soloist-bench-'))
  const database = new DatabaseSync(join(folder, 'raw.db'))
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000')
    database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT')
    const insert = database.prepare('INSERT INTO rows (payload) VALUES (?)')
    const payload = randomBytes(bytes)
    const started = performance.now()
    let commits = 0
    for (; performance.now() - started < seconds * 1000; commits += 1) {
      database.exec('BEGIN IMMEDIATE')
      for (let row = 0; row < group; row += 1) insert.run(payload)
      database.exec('COMMIT')
    }
    return (commits * 1000) / (performance.now() - started)
  } finally {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { bytes: { type: 'string' }, group: { type: 'string' }, seconds: { type: 'string' } },
  })
  const bytes = Number(values.bytes ?? 2000)
  const group = Number(values.group ?? 64)
  const seconds = Number(values.seconds ?? 3)
  const grouped = rawCommits(bytes, group, seconds)
  report({ name: `raw SQLite: groups of ${group} × ${bytes} bytes`, value: grouped, unit: 'commits/s' })
  report({ name: `raw SQLite: rows in such groups`, value: grouped * group, unit: 'rows/s' })
  report({
    name: `raw SQLite: one row of ${bytes} bytes a commit`,
    value: rawCommits(bytes, 1, seconds),
    unit: 'commits/s',
  })
}
