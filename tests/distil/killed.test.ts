import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'

const full = Boolean(process.env.PROOF)
const program = join(import.meta.dirname, 'distil-process.ts')
// A kill leaves the page cache alone, so that memory proves as much as a disk.
const ground = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'soloist-distil-'))
afterAll(() => rmSync(ground, { recursive: true, force: true }))

async function run(folder: string, what: 'fill' | 'distil', env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, folder, what], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'soloist-compile-cache'), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = await once(child, 'close')
  return signal ?? code
}

/** All that is known in the end, without ids and times of recording: each fact that ever was, and how far it is distilled. */
function known(folder: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, 'company.db'), { readOnly: true })
  try {
    return [
      database
        .prepare(
          `SELECT name, key, value, origin, confidence, valid_from, superseded_by IS NULL AS current FROM facts
           JOIN identities ON identities.id = identity_id ORDER BY name, key, source_seq`,
        )
        .all(),
      database.prepare('SELECT kind, count(*) AS count FROM events GROUP BY kind').all(),
      database.prepare('SELECT name, until_seq FROM distilled JOIN identities ON id = identity_id ORDER BY name').all(),
      database.prepare("SELECT value FROM meta WHERE name = 'distil.totals'").get(),
    ]
  } finally {
    database.close()
  }
}

test('killed at any commit, it learns the same, and nothing twice', async () => {
  const filled = join(ground, 'filled')
  mkdirSync(filled)
  expect(await run(filled, 'fill')).toBe(0)
  const copy = (name: string): string => {
    cpSync(filled, join(ground, name), { recursive: true })
    return join(ground, name)
  }
  const whole = copy('whole')
  const counted = join(ground, 'count.json')
  expect(await run(whole, 'distil', { SOLOIST_CRASH_COUNT: counted })).toBe(0)
  const { commit: commits } = JSON.parse(readFileSync(counted, 'utf8')) as { commit: number }
  expect(commits).toBeGreaterThan(5)
  const points = ['before', 'after'].flatMap((side) =>
    Array.from({ length: commits }, (_, index) => `${side}:commit:${index + 1}`),
  )
  // Each point is a process that dies and one that goes on: the sample takes the middle, where stretches follow each other.
  const chosen = full ? points : points.filter((_, index) => index % 5 === 3)
  for (const point of chosen) {
    const folder = copy(point.replaceAll(':', '-'))
    expect(await run(folder, 'distil', { SOLOIST_CRASH: point }), point).toBe('SIGKILL')
    expect(await run(folder, 'distil'), point).toBe(0)
    expect(known(folder), point).toEqual(known(whole))
    rmSync(folder, { recursive: true })
  }
}, 120_000)
